-- The library: books with their chapters, files and audiences, and what somebody reads, marks and notes.
-- owner: study

-- A book, an article, a recording. The catalogue is one for the whole city.
-- class: shared
create table book (
    id uuid not null primary key,
    -- Rising; the search words of its chapters are ordered by it.
    seq bigint not null,
    -- text, document, audio or video
    kind text not null,
    title text not null,
    author text not null,
    summary text not null,
    -- Where it comes from, and by what right it is here.
    source text not null,
    language text not null,
    edition bigint not null,
    chapters bigint not null,
    -- Files; null where there is none.
    cover uuid,
    original uuid,
    added_day bigint not null,
    -- The day of its newest edition.
    renewed_day bigint not null,
    -- From this day on nobody finds it.
    withdrawn_day bigint,
    -- Whose book it is in this catalogue.
    org_region bigint not null,
    org uuid not null,
    -- The same word makes the same book.
    nonce text not null
);
create unique index book_seq on book (seq);
create unique index book_nonce on book (nonce);
create index book_renewed_day on book (renewed_day, id);

-- What changed from one edition to the next.
-- class: shared
create table book_edition (
    book uuid not null,
    n bigint not null,
    day bigint not null,
    note text not null,
    primary key (book, n),
    foreign key (book) references book (id)
);

-- The pages of the newest edition, which are its contents as well.
-- class: shared
create table book_chapter (
    book uuid not null,
    n bigint not null,
    -- The document in book_text.
    seq bigint not null,
    title text not null,
    depth bigint not null,
    -- Clean; an image has the address book-image:N.
    html text not null,
    text text not null,
    primary key (book, n),
    foreign key (book) references book (id)
);
create unique index book_chapter_seq on book_chapter (seq);

-- Words of the chapters.
-- class: shared
create table book_text (
    region bigint not null,
    seq bigint not null,
    words tsvector not null,
    primary key (region, seq)
);
create index book_text_words on book_text using gin (words);
create index book_text_seq on book_text (seq);

-- A file of a book: its original, its images, a recording.
-- class: shared
create table book_file (
    id uuid not null primary key,
    book uuid not null,
    name text not null,
    media_type text not null,
    bytes bigint not null,
    foreign key (book) references book (id)
);
create index book_file_book on book_file (book);

-- Its content in pieces, so that a telephone can ask for the middle of it.
-- class: shared
create table book_file_part (
    file uuid not null,
    n bigint not null,
    content bytea not null,
    primary key (file, n),
    foreign key (file) references book_file (id)
);

-- class: shared
create table book_image (
    book uuid not null,
    n bigint not null,
    file uuid not null,
    primary key (book, n),
    foreign key (book) references book (id)
);

-- What is heard or watched: a file here, or an address elsewhere that the reader opens himself.
-- class: shared
create table book_media (
    book uuid not null,
    n bigint not null,
    title text not null,
    file uuid,
    link text,
    primary key (book, n),
    foreign key (book) references book (id)
);

-- Whom a book is for; without a row of a kind, that kind does not narrow it.
-- class: shared
create table book_audience (
    book uuid not null,
    -- org, tag (the kind of unit) or stage (of membership)
    kind text not null,
    value text not null,
    primary key (book, kind, value),
    foreign key (book) references book (id)
);

-- class: shared
create table collection (
    id uuid not null primary key,
    title text not null,
    text text not null,
    position bigint not null
);

-- class: shared
create table collection_book (
    collection uuid not null,
    book uuid not null,
    n bigint not null,
    primary key (collection, book),
    foreign key (collection) references collection (id),
    foreign key (book) references book (id)
);
create index collection_book_book on collection_book (book);

-- Who is entitled to the digital library.
-- class: regional
create table library_member (
    region bigint not null,
    person uuid not null,
    from_day bigint not null,
    primary key (region, person)
);

-- What somebody reads: at home with the reader, for nobody else. No duration, no time of the day.
-- class: regional
create table reading (
    region bigint not null,
    -- A person, or an account without one.
    reader uuid not null,
    book uuid not null,
    -- Rises when the reader begins anew; a place of an older turn is not taken.
    turn bigint not null,
    chapter bigint not null,
    -- The paragraph of the chapter.
    part bigint not null,
    opened_day bigint not null,
    -- By the reader's own mark.
    finished_day bigint,
    primary key (region, reader, book)
);

-- A bookmark, a marked sentence, a note.
-- class: regional
create table reading_mark (
    region bigint not null,
    id uuid not null,
    reader uuid not null,
    book uuid not null,
    chapter bigint not null,
    -- bookmark, highlight or note
    kind text not null,
    -- Which letter of the chapter it begins at, blanks not counted; null for what stands beside the whole page.
    start bigint,
    -- Sealed: the words marked, the words noted.
    quote bytea,
    words bytea,
    created_day bigint not null,
    -- The same word makes the same mark.
    nonce text not null,
    primary key (region, id)
);
create unique index reading_mark_nonce on reading_mark (region, reader, nonce);
create index reading_mark_reader on reading_mark (region, reader, book, chapter);
