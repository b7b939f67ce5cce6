-- Where whoever is on call is reached at once: a mobile number or a mail address of the post. Sealed; removed when the turn is over.
alter table duty_roster add column reach blob;
