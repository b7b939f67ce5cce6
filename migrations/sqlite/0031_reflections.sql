-- Reflections: what a member writes about what he has read, for himself or for those he chooses, and what a branch reads of it together.
-- owner: study

-- At home with the branch it was written in, or with a writer who has none. No count, no duty, no mark.
-- class: regional
create table reflection (
    region integer not null,
    id blob not null,
    -- A person, or an account without one.
    writer blob not null,
    book blob,
    -- Sealed, shared or not.
    title blob not null,
    words blob not null,
    -- Whom it is for: an organisation of this region and all that is below it; null: nobody but its writer.
    audience blob,
    -- In which branch it was shared.
    branch blob,
    -- Sealed: the name its writer agreed to stand under; null: 一位党员.
    signed blob,
    written_day integer not null,
    shared_day integer,
    -- The same word makes the same reflection.
    nonce text not null,
    primary key (region, id)
) strict;
create unique index reflection_nonce on reflection (region, writer, nonce);
create index reflection_audience on reflection (region, audience, shared_day, id);
create index reflection_branch on reflection (region, branch, shared_day, id);

-- What somebody who may read it says to it, under his name.
-- class: regional
create table reflection_comment (
    region integer not null,
    id blob not null,
    reflection blob not null,
    writer blob not null,
    -- Sealed.
    words blob not null,
    signed blob not null,
    written_day integer not null,
    primary key (region, id),
    foreign key (region, reflection) references reflection (region, id)
) strict;
create index reflection_comment_reflection on reflection_comment (region, reflection, id);
create index reflection_comment_writer on reflection_comment (region, writer);

-- An evening on which a branch reads some of its reflections aloud.
-- class: regional
create table reading_evening (
    region integer not null,
    id blob not null,
    branch blob not null,
    title text not null,
    day integer not null,
    -- The same word makes the same evening.
    nonce text not null,
    primary key (region, id)
) strict;
create unique index reading_evening_nonce on reading_evening (region, branch, nonce);
create index reading_evening_branch on reading_evening (region, branch, day, id);

-- What is read on it, in order. Whatever its writer takes back is no longer drawn.
-- class: regional
create table reading_evening_part (
    region integer not null,
    evening blob not null,
    reflection blob not null,
    n integer not null,
    primary key (region, evening, reflection),
    foreign key (region, evening) references reading_evening (region, id),
    foreign key (region, reflection) references reflection (region, id)
) strict;
create index reading_evening_part_reflection on reading_evening_part (region, reflection);

-- By which file an edition came, so that the same one is known again: SHA-256 as letters; null where it was not kept.
alter table book_edition add column checksum text;
create index book_edition_checksum on book_edition (checksum);
