//! A small HTTP client on one kept connection: for tests and measurements that must not measure their own client.

use std::io;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// One connection to the server.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// The first cookie that was set, as `name=value`.
    pub(crate) cookie: Option<String>,
    /// Where it leads.
    pub(crate) location: Option<String>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// Connects to `host`, an address and a port.
    pub(crate) async fn connect(host: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), host: host.to_owned() })
    }

    /// Asks for a page.
    pub(crate) async fn get(&mut self, path: &str, cookie: Option<&str>) -> io::Result<Answer> {
        let head = self.head("GET", path, cookie);
        self.send(&[format!("{head}\r\n").as_bytes()]).await
    }

    /// Sends a form with files, as a page of the site would.
    pub(crate) async fn post(&mut self, path: &str, form: &Multipart) -> io::Result<Answer> {
        let head = self.head("POST", path, None);
        let head = format!(
            "{head}sec-fetch-site: same-origin\r\ncontent-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {}\r\n\r\n",
            form.0.len() + END.len()
        );
        self.send(&[head.as_bytes(), &form.0, END.as_bytes()]).await
    }

    /// The first lines of a request; an empty line ends them.
    pub(crate) fn head(&self, method: &str, path: &str, cookie: Option<&str>) -> String {
        let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default();
        format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n{cookie}", self.host)
    }

    /// Sends a request as it stands.
    pub(crate) async fn send(&mut self, parts: &[&[u8]]) -> io::Result<Answer> {
        for part in parts {
            self.stream.get_mut().write_all(part).await?;
        }
        self.answer().await
    }

    async fn answer(&mut self) -> io::Result<Answer> {
        let first = self.line().await?;
        let status = first.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(broken)?;
        let (mut length, mut chunked, mut cookie, mut location) = (0, false, None, None);
        loop {
            let line = self.line().await?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse().map_err(|_| broken())?,
                "location" => location = Some(value.to_owned()),
                "transfer-encoding" => chunked = true,
                "set-cookie" if cookie.is_none() => cookie = value.split(';').next().map(str::to_owned),
                _ => {}
            }
        }
        let mut body = Vec::new();
        while chunked {
            let size = usize::from_str_radix(&self.line().await?, 16).map_err(|_| broken())?;
            self.read(&mut body, size).await?;
            self.line().await?;
            chunked = size > 0;
        }
        self.read(&mut body, length).await?;
        Ok(Answer { status, cookie, location, body })
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    async fn read(&mut self, body: &mut Vec<u8>, bytes: usize) -> io::Result<()> {
        let start = body.len();
        body.resize(start + bytes, 0);
        self.stream.read_exact(&mut body[start..]).await?;
        Ok(())
    }
}

const BOUNDARY: &str = "----huiyin-load";
const END: &str = "------huiyin-load--\r\n";

/// A form with files, on its way to being sent.
#[derive(Clone, Default)]
pub(crate) struct Multipart(Vec<u8>);

impl Multipart {
    /// Adds a text field.
    #[must_use]
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        let part = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        self.0.extend_from_slice(part.as_bytes());
        self
    }

    /// Adds a photo.
    #[must_use]
    pub(crate) fn photo(mut self, bytes: &[u8]) -> Self {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
        );
        self.0.extend_from_slice(head.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.extend_from_slice(b"\r\n");
        self
    }
}

/// The form of one problem; `nonce` makes it one of its own.
pub(crate) fn problem(town: &str, nonce: &str, photos: &[&[u8]]) -> Multipart {
    let form = Multipart::default()
        .text("county", "610602")
        .text("town", town)
        .text("village", "")
        .text("sub", "other/")
        .text("text", &format!("村口的路灯坏了，晚上看不见路，已经两个星期没有人来修。第{nonce}次测量。"))
        .text("nonce", &format!("measured-{nonce:0>12}"));
    photos.iter().fold(form, |form, photo| form.photo(photo))
}

/// A township of the first county, read from the form's own first page.
pub(crate) async fn township(client: &mut Client) -> io::Result<String> {
    let page = client.get("/problems/new?county=610602", None).await?.text();
    let code = page.split("town=").nth(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    code.ok_or_else(broken)
}

/// A photo of invented noise: about `kilobytes` large, and different for every `seed`.
pub(crate) fn photo(seed: u32, kilobytes: u32) -> Vec<u8> {
    // A pixel of noise is about a byte at this quality.
    let side = (kilobytes * 1024).isqrt();
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let picture = image::RgbImage::from_fn(side, side, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [_, red, green, blue] = state.to_le_bytes();
        image::Rgb([red, green, blue])
    });
    let mut bytes = io::Cursor::new(Vec::new());
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 60);
    picture.write_with_encoder(encoder).expect("noise can be encoded");
    bytes.into_inner()
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "no answer of this server")
}
