//! Gateways to talk to: a web server and a mail server, each for a few conversations on loopback.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What came in, one text a conversation.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

/// A web server that gives `answers` (status and body) one after another, and then the last for ever.
pub(crate) async fn web(answers: &'static [(u16, &'static str)]) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let ears = heard.clone();
    tokio::spawn(async move {
        let mut turn = 0;
        while let Ok((stream, _)) = listener.accept().await {
            let (status, body) = answers[turn.min(answers.len() - 1)];
            turn += 1;
            converse(stream, status, body, &ears).await;
        }
    });
    (port, heard)
}

async fn converse(stream: TcpStream, status: u16, body: &str, ears: &Heard) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut content = vec![0; length];
    stream.read_exact(&mut content).await.ok()?;
    // Before the answer: whoever has it may look at once.
    ears.add(format!("{head}\n{}", String::from_utf8_lossy(&content)));
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

/// A mail server that speaks the least of SMTP; it answers every `RCPT TO` with `recipient`.
pub(crate) async fn mail(recipient: &'static str) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let ears = heard.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            smtp(stream, recipient, &ears).await;
        }
    });
    (port, heard)
}

async fn smtp(stream: TcpStream, recipient: &str, ears: &Heard) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let mut letter = String::new();
    let mut answer = "220 test".to_owned();
    loop {
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        answer = match line.get(..4).unwrap_or_default() {
            "EHLO" => "250 test".to_owned(),
            "AUTH" => "235 welcome".to_owned(),
            "MAIL" => "250 ok".to_owned(),
            "RCPT" => {
                letter.push_str(&line);
                recipient.to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                stream.flush().await.ok()?;
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).await.ok()?;
                    if line == ".\r\n" {
                        break;
                    }
                    letter.push_str(&line);
                }
                ears.add(letter.clone());
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
    }
}
