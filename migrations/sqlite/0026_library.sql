-- The library: books with their chapters, files and audiences, and what somebody reads, marks and notes.
-- owner: study

-- A book, an article, a recording. The catalogue is one for the whole city.
-- class: shared
create table book (
    id blob not null primary key,
    -- Rising; the search words of its chapters are ordered by it.
    seq integer not null,
    -- text, document, audio or video
    kind text not null,
    title text not null,
    author text not null,
    summary text not null,
    -- Where it comes from, and by what right it is here.
    source text not null,
    language text not null,
    edition integer not null,
    chapters integer not null,
    -- Files; null where there is none.
    cover blob,
    original blob,
    added_day integer not null,
    -- The day of its newest edition.
    renewed_day integer not null,
    -- From this day on nobody finds it.
    withdrawn_day integer,
    -- Whose book it is in this catalogue.
    org_region integer not null,
    org blob not null,
    -- The same word makes the same book.
    nonce text not null
) strict;
create unique index book_seq on book (seq);
create unique index book_nonce on book (nonce);
create index book_renewed_day on book (renewed_day, id);

-- What changed from one edition to the next.
-- class: shared
create table book_edition (
    book blob not null,
    n integer not null,
    day integer not null,
    note text not null,
    primary key (book, n),
    foreign key (book) references book (id)
) strict;

-- The pages of the newest edition, which are its contents as well.
-- class: shared
create table book_chapter (
    book blob not null,
    n integer not null,
    -- The document in book_text.
    seq integer not null,
    title text not null,
    depth integer not null,
    -- Clean; an image has the address book-image:N.
    html text not null,
    text text not null,
    primary key (book, n),
    foreign key (book) references book (id)
) strict;
create unique index book_chapter_seq on book_chapter (seq);

-- Words of the chapters.
-- class: shared
create virtual table book_text using fts5 (words, content = '', contentless_delete = 1);

-- A file of a book: its original, its images, a recording.
-- class: shared
create table book_file (
    id blob not null primary key,
    book blob not null,
    name text not null,
    media_type text not null,
    bytes integer not null,
    foreign key (book) references book (id)
) strict;
create index book_file_book on book_file (book);

-- Its content in pieces, so that a telephone can ask for the middle of it.
-- class: shared
create table book_file_part (
    file blob not null,
    n integer not null,
    content blob not null,
    primary key (file, n),
    foreign key (file) references book_file (id)
) strict;

-- class: shared
create table book_image (
    book blob not null,
    n integer not null,
    file blob not null,
    primary key (book, n),
    foreign key (book) references book (id)
) strict;

-- What is heard or watched: a file here, or an address elsewhere that the reader opens himself.
-- class: shared
create table book_media (
    book blob not null,
    n integer not null,
    title text not null,
    file blob,
    link text,
    primary key (book, n),
    foreign key (book) references book (id)
) strict;

-- Whom a book is for; without a row of a kind, that kind does not narrow it.
-- class: shared
create table book_audience (
    book blob not null,
    -- org, tag (the kind of unit) or stage (of membership)
    kind text not null,
    value text not null,
    primary key (book, kind, value),
    foreign key (book) references book (id)
) strict;

-- class: shared
create table collection (
    id blob not null primary key,
    title text not null,
    text text not null,
    position integer not null
) strict;

-- class: shared
create table collection_book (
    collection blob not null,
    book blob not null,
    n integer not null,
    primary key (collection, book),
    foreign key (collection) references collection (id),
    foreign key (book) references book (id)
) strict;
create index collection_book_book on collection_book (book);

-- Who is entitled to the digital library.
-- class: regional
create table library_member (
    region integer not null,
    person blob not null,
    from_day integer not null,
    primary key (region, person)
) strict;

-- What somebody reads: at home with the reader, for nobody else. No duration, no time of the day.
-- class: regional
create table reading (
    region integer not null,
    -- A person, or an account without one.
    reader blob not null,
    book blob not null,
    -- Rises when the reader begins anew; a place of an older turn is not taken.
    turn integer not null,
    chapter integer not null,
    -- The paragraph of the chapter.
    part integer not null,
    opened_day integer not null,
    -- By the reader's own mark.
    finished_day integer,
    primary key (region, reader, book)
) strict;

-- A bookmark, a marked sentence, a note.
-- class: regional
create table reading_mark (
    region integer not null,
    id blob not null,
    reader blob not null,
    book blob not null,
    chapter integer not null,
    -- bookmark, highlight or note
    kind text not null,
    -- Which letter of the chapter it begins at, blanks not counted; null for what stands beside the whole page.
    start integer,
    -- Sealed: the words marked, the words noted.
    quote blob,
    words blob,
    created_day integer not null,
    -- The same word makes the same mark.
    nonce text not null,
    primary key (region, id)
) strict;
create unique index reading_mark_nonce on reading_mark (region, reader, nonce);
create index reading_mark_reader on reading_mark (region, reader, book, chapter);
