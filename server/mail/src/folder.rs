//! The mail folder: where letters go while there is no mail server. One `.eml` a letter, for mail programs, and beside it what the back
//! office shows of it.

use std::{io, path::PathBuf};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::letter::{Letter, Unsendable, named};

/// A folder of letters.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// A letter in the folder, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Who it is from.
    pub from: String,
    /// Whom an answer goes to.
    pub reply_to: Option<String>,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What it says, without HTML.
    pub text: String,
}

impl Folder {
    /// It is made with its first letter.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is, for people.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// Lays a letter into it. The same one again replaces itself.
    pub(crate) async fn keep(&self, letter: &Letter) -> Result<(), KeepError> {
        let message = letter.message().map_err(KeepError::Unsendable)?.formatted();
        let kept = Kept {
            from: letter.from(),
            reply_to: letter.reply_to.as_ref().map(|(name, address)| named(name, address)),
            to: letter.to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            subject: letter.subject.clone(),
            text: letter.sheet.text(),
        };
        let shown = serde_json::to_vec(&kept).map_err(io::Error::other)?;
        tokio::fs::create_dir_all(&self.path).await?;
        self.write(letter.id, "json", &shown).await?;
        self.write(letter.id, "eml", &message).await?;
        Ok(())
    }

    /// A letter that lies in it.
    pub async fn read(&self, id: Uuid) -> Option<Kept> {
        let bytes = tokio::fs::read(self.file(id, "json")).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Takes letters out, for good. Those that are not in it are no mistake.
    pub async fn forget(&self, ids: &[Uuid]) -> io::Result<()> {
        for id in ids {
            for ending in ["json", "eml"] {
                match tokio::fs::remove_file(self.file(*id, ending)).await {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn file(&self, id: Uuid, ending: &str) -> PathBuf {
        self.path.join(format!("{id}.{ending}"))
    }

    /// Whole or not at all.
    async fn write(&self, id: Uuid, ending: &str, bytes: &[u8]) -> io::Result<()> {
        let unfinished = self.file(id, "part");
        tokio::fs::write(&unfinished, bytes).await?;
        tokio::fs::rename(&unfinished, self.file(id, ending)).await
    }
}

/// Why a letter is not in the folder.
#[derive(Debug)]
pub(crate) enum KeepError {
    /// It cannot be written as a message.
    Unsendable(Unsendable),
    /// The disk says no.
    Io(io::Error),
}

impl From<io::Error> for KeepError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[cfg(test)]
mod tests {
    use model::{language::Language, text::EmailAddress, time::Timestamp};

    use super::*;
    use crate::sheet::{Block, Sheet};

    #[tokio::test]
    async fn a_letter_can_be_read_in_the_folder_and_taken_out_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(dir.path().join("mail"));
        let email = |text: &str| EmailAddress::parse(text).expect("an address");
        let letter = Letter {
            id: Uuid::from_u128(1),
            at: Timestamp(0),
            ours: email("chat@vitrine.example"),
            from_name: "Atelier Delft".to_owned(),
            literal: None,
            reply_to: Some(("Zoë".to_owned(), email("zoe@customer.example"))),
            bounce: None,
            thread: Vec::new(),
            stop: None,
            to: vec![email("anna@delft.example")],
            subject: "Ein Gruß".to_owned(),
            sheet: Sheet {
                language: Language::En,
                title: "Grüße".to_owned(),
                blocks: vec![Block::Text("😀".to_owned())],
            },
        };
        folder.keep(&letter).await.expect("keeps");
        folder.keep(&letter).await.expect("again");
        let kept = folder.read(letter.id).await.expect("is there");
        assert_eq!(kept.from, "Atelier Delft <chat@vitrine.example>");
        assert_eq!(kept.reply_to.as_deref(), Some("Zoë <zoe@customer.example>"));
        assert!(kept.text.contains("Grüße") && kept.text.contains("😀"), "{}", kept.text);
        assert!(dir.path().join(format!("mail/{}.eml", letter.id)).is_file());
        assert_eq!(
            std::fs::read_dir(dir.path().join("mail")).expect("a folder").count(),
            2,
            "nothing unfinished"
        );
        folder.forget(&[letter.id, Uuid::from_u128(2)]).await.expect("forgets");
        assert_eq!(folder.read(letter.id).await, None);
        assert_eq!(std::fs::read_dir(dir.path().join("mail")).expect("a folder").count(), 0);
    }
}
