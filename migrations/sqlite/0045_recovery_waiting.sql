-- Ways back that wait for a second person: few, and looked for whenever one who may be it opens his desk.
create index recovery_request_waiting on recovery_request (expires_at) where confirmed_at is null;
