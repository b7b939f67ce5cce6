/// A file chosen in a form.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The form's field.
    pub field: &'a str,
    /// What the file is called.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
}

const BOUNDARY: &str = "----huiyin-test-boundary";

/// The content type and body of a form with files.
pub(crate) fn multipart(fields: &[(String, String)], files: &[Chosen<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(head.as_bytes());
    }
    for file in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            file.field, file.name
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(file.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
