-- Reflections: what a member writes about what he has read, for himself or for those he chooses, and what a branch reads of it together.
-- owner: study

-- At home with the branch it was written in, or with a writer who has none. No count, no duty, no mark.
-- class: regional
create table reflection (
    region bigint not null,
    id uuid not null,
    -- A person, or an account without one.
    writer uuid not null,
    book uuid,
    -- Sealed, shared or not.
    title bytea not null,
    words bytea not null,
    -- Whom it is for: an organisation of this region and all that is below it; null: nobody but its writer.
    audience uuid,
    -- In which branch it was shared.
    branch uuid,
    -- Sealed: the name its writer agreed to stand under; null: 一位党员.
    signed bytea,
    written_day bigint not null,
    shared_day bigint,
    -- The same word makes the same reflection.
    nonce text not null,
    primary key (region, id)
);
create unique index reflection_nonce on reflection (region, writer, nonce);
create index reflection_audience on reflection (region, audience, shared_day, id);
create index reflection_branch on reflection (region, branch, shared_day, id);

-- What somebody who may read it says to it, under his name.
-- class: regional
create table reflection_comment (
    region bigint not null,
    id uuid not null,
    reflection uuid not null,
    writer uuid not null,
    -- Sealed.
    words bytea not null,
    signed bytea not null,
    written_day bigint not null,
    primary key (region, id),
    foreign key (region, reflection) references reflection (region, id)
);
create index reflection_comment_reflection on reflection_comment (region, reflection, id);
create index reflection_comment_writer on reflection_comment (region, writer);

-- An evening on which a branch reads some of its reflections aloud.
-- class: regional
create table reading_evening (
    region bigint not null,
    id uuid not null,
    branch uuid not null,
    title text not null,
    day bigint not null,
    -- The same word makes the same evening.
    nonce text not null,
    primary key (region, id)
);
create unique index reading_evening_nonce on reading_evening (region, branch, nonce);
create index reading_evening_branch on reading_evening (region, branch, day, id);

-- What is read on it, in order. Whatever its writer takes back is no longer drawn.
-- class: regional
create table reading_evening_part (
    region bigint not null,
    evening uuid not null,
    reflection uuid not null,
    n bigint not null,
    primary key (region, evening, reflection),
    foreign key (region, evening) references reading_evening (region, id),
    foreign key (region, reflection) references reflection (region, id)
);
create index reading_evening_part_reflection on reading_evening_part (region, reflection);

-- By which file an edition came, so that the same one is known again: SHA-256 as letters; null where it was not kept.
alter table book_edition add column checksum text;
create index book_edition_checksum on book_edition (checksum);
