//! Rust as tokens: enough to tell a name from a word in a comment, and a string from a name.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The names, strings and attributes of one file, in order.
#[derive(Default)]
pub(super) struct Code {
    pub(super) names: Vec<Token>,
    pub(super) strings: Vec<Token>,
    /// Attributes as their names in order: `["cfg_attr", "test", "allow", "dead_code"]`. Doc comments are left out.
    pub(super) attributes: Vec<(Vec<String>, usize)>,
    /// Names that call a macro: `todo` for `todo!()`.
    pub(super) macros: Vec<Token>,
}

pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
    /// Inside `#[cfg(test)]` or a test function.
    pub(super) in_test: bool,
}

impl Code {
    pub(super) fn read(text: &str) -> Result<Code, String> {
        let tokens: TokenStream = text.parse().map_err(|error| format!("not Rust: {error}"))?;
        let mut code = Code::default();
        code.walk(tokens, false);
        Ok(code)
    }

    fn walk(&mut self, tokens: TokenStream, in_test: bool) {
        let mut tokens = tokens.into_iter().peekable();
        // From a test attribute to the end of the item it stands on.
        let mut item_is_test = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    tokens.next_if(|next| matches!(next, TokenTree::Punct(bang) if bang.as_char() == '!'));
                    let bracket = tokens.next_if(
                        |next| matches!(next, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket),
                    );
                    if let Some(TokenTree::Group(group)) = bracket {
                        item_is_test |= self.attribute(&group, in_test);
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => item_is_test = false,
                TokenTree::Punct(_) => {}
                TokenTree::Ident(ident) => {
                    let name = Token {
                        text: ident.to_string(),
                        line: ident.span().start().line,
                        in_test: in_test || item_is_test,
                    };
                    let calls = matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!');
                    if calls {
                        self.macros.push(Token { text: name.text.clone(), ..name });
                    }
                    self.names.push(name);
                }
                TokenTree::Literal(literal) => {
                    if let Ok(string) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                        let line = literal.span().start().line;
                        self.strings.push(Token { text: string.value(), line, in_test: in_test || item_is_test });
                    }
                }
                TokenTree::Group(group) => {
                    self.walk(group.stream(), in_test || item_is_test);
                    if group.delimiter() == Delimiter::Brace {
                        item_is_test = false;
                    }
                }
            }
        }
    }

    /// Notes an attribute and tells whether it makes its item a test.
    fn attribute(&mut self, group: &Group, in_test: bool) -> bool {
        let names = names_of(group.stream());
        if names.first().is_some_and(|name| name == "doc") {
            return false;
        }
        let is_test = match names.first().map(String::as_str) {
            Some("cfg") => names.get(1).is_some_and(|name| name == "test"),
            Some("test") => true,
            Some("tokio") => names.get(1).is_some_and(|name| name == "test"),
            _ => false,
        };
        self.attributes.push((names, group.span().start().line));
        self.walk(group.stream(), in_test);
        is_test
    }
}

fn names_of(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|token| match token {
            TokenTree::Ident(ident) => vec![ident.to_string()],
            TokenTree::Group(group) => names_of(group.stream()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
        })
        .collect()
}

#[test]
fn comments_are_not_names_and_tests_are_known() {
    let code = Code::read(
        "/// select sqlx from doc\n// sqlx\nfn a() { b(\"text\") }\n#[cfg(test)]\nmod tests { fn c() { \"in test\" } }\nfn d() {}",
    )
    .unwrap();
    assert!(!code.names.iter().any(|name| name.text == "sqlx"));
    let strings: Vec<_> =
        code.strings.iter().map(|string| (string.text.as_str(), string.line, string.in_test)).collect();
    assert_eq!(strings, [("text", 3, false), ("in test", 5, true)]);
    assert!(code.names.iter().any(|name| name.text == "d" && !name.in_test));
}
