//! A "no" that a person can act on. Codes cross the wire; sentences are made where the language is known.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::safety::Private;

/// Which field of a form a [`Refusal`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the fields' labels")]
pub enum Field {
    Name,
    FirstName,
    LastName,
    Email,
    Phone,
    Message,
    Password,
    Store,
    Slug,
    Origin,
    Product,
    Comment,
    Rating,
    File,
    Colour,
    Text,
    Places,
    Hours,
    Shortcut,
    Url,
    Reason,
    Tag,
    Note,
    Order,
    Postcode,
    Code,
    Number,
}

crate::json::read_codes! {
    Field {
        Name = "name",
        FirstName = "first_name",
        LastName = "last_name",
        Email = "email",
        Phone = "phone",
        Message = "message",
        Password = "password",
        Store = "store",
        Slug = "slug",
        Origin = "origin",
        Product = "product",
        Comment = "comment",
        Rating = "rating",
        File = "file",
        Colour = "colour",
        Text = "text",
        Places = "places",
        Hours = "hours",
        Shortcut = "shortcut",
        Url = "url",
        Reason = "reason",
        Tag = "tag",
        Note = "note",
        Order = "order",
        Postcode = "postcode",
        Code = "code",
        Number = "number",
    }
}

impl Field {
    /// The field's name in forms, addresses and translation keys.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Message => "message",
            Self::Password => "password",
            Self::Store => "store",
            Self::Slug => "slug",
            Self::Origin => "origin",
            Self::Product => "product",
            Self::Comment => "comment",
            Self::Rating => "rating",
            Self::File => "file",
            Self::Colour => "colour",
            Self::Text => "text",
            Self::Places => "places",
            Self::Hours => "hours",
            Self::Shortcut => "shortcut",
            Self::Url => "url",
            Self::Reason => "reason",
            Self::Tag => "tag",
            Self::Note => "note",
            Self::Order => "order",
            Self::Postcode => "postcode",
            Self::Code => "code",
            Self::Number => "number",
        }
    }
}

/// Why something was not done. [`Refusal::key`] names its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// It does not exist, or it is not this person's: the same answer for both.
    NotFound,
    /// This person may see it and may not do this.
    NotAllowed,
    /// Nobody is signed in, or no longer.
    NotSignedIn,
    /// Wrong address or password; never says which.
    WrongPassword,
    /// Too many tries. Try again after so many seconds.
    TooFast {
        /// Seconds to wait.
        after_s: u32,
    },
    /// The server has too much to do this moment; the same thing sent again will be taken.
    Busy,
    /// Everybody at the store is talking already.
    StoreFull,
    /// Nobody at the store is there.
    StoreAway,
    /// The store wants this from those only whom the shop has signed in (D-30).
    MembersOnly,
    /// The colleague is not on duty.
    ColleagueAway,
    /// The conversation is over.
    Closed,
    /// The same client id came with other words: the first ones were kept, these were not sent.
    ClientIdReused,
    /// Somebody else saved the same thing after it was read here: theirs stands.
    ChangedMeanwhile,
    /// A legal hold keeps it.
    OnHold,
    /// It seems to hold something that is better not said here; sent again as it is, it goes.
    LooksLike(Private),
    /// It waits until the marketplace's team has looked at it.
    Held,
    /// A file is larger than allowed.
    FileTooLarge {
        /// Megabytes allowed.
        max_mb: u32,
    },
    /// A picture has more pixels than allowed.
    PictureTooLarge,
    /// The store's room for files is used up, or the disk's.
    NoRoomForFiles,
    /// A virus was found in a file.
    FileInfected,
    /// A file could not be looked through for viruses, so it was not taken.
    FileUnchecked,
    /// A required field is empty.
    Missing(Field),
    /// A field is longer than allowed.
    TooLong {
        /// Which.
        field: Field,
        /// Characters allowed.
        max: u32,
    },
    /// A field is shorter than allowed.
    TooShort {
        /// Which.
        field: Field,
        /// Characters needed.
        min: u32,
    },
    /// A field cannot be read as what it should be.
    Invalid(Field),
    /// Somebody has it already (an address, a store's public name).
    Taken(Field),
    /// The shop's identity token is wrong, expired, or for another store.
    BadIdentity,
    /// A frame or request that this version does not know.
    UnknownType,
    /// A frame or request that cannot be read.
    Malformed,
}

crate::read_enum! {
    Refusal {
        NotFound = "not_found",
        NotAllowed = "not_allowed",
        NotSignedIn = "not_signed_in",
        WrongPassword = "wrong_password",
        TooFast { after_s } = "too_fast",
        Busy = "busy",
        StoreFull = "store_full",
        StoreAway = "store_away",
        MembersOnly = "members_only",
        ColleagueAway = "colleague_away",
        Closed = "closed",
        ClientIdReused = "client_id_reused",
        ChangedMeanwhile = "changed_meanwhile",
        OnHold = "on_hold",
        LooksLike(_) = "looks_like",
        Held = "held",
        FileTooLarge { max_mb } = "file_too_large",
        PictureTooLarge = "picture_too_large",
        NoRoomForFiles = "no_room_for_files",
        FileInfected = "file_infected",
        FileUnchecked = "file_unchecked",
        Missing(_) = "missing",
        TooLong { field, max } = "too_long",
        TooShort { field, min } = "too_short",
        Invalid(_) = "invalid",
        Taken(_) = "taken",
        BadIdentity = "bad_identity",
        UnknownType = "unknown_type",
        Malformed = "malformed",
    }
}

impl Refusal {
    /// The key of its sentence. Values for it come from [`Refusal::values`].
    pub fn key(self) -> &'static str {
        match self {
            Self::NotFound => "refusal.not_found",
            Self::NotAllowed => "refusal.not_allowed",
            Self::NotSignedIn => "refusal.not_signed_in",
            Self::WrongPassword => "refusal.wrong_password",
            Self::TooFast { .. } => "refusal.too_fast",
            Self::Busy => "refusal.busy",
            Self::StoreFull => "refusal.store_full",
            Self::StoreAway => "refusal.store_away",
            Self::MembersOnly => "refusal.members_only",
            Self::ColleagueAway => "refusal.colleague_away",
            Self::Closed => "refusal.closed",
            Self::ClientIdReused => "refusal.client_id_reused",
            Self::ChangedMeanwhile => "refusal.changed_meanwhile",
            Self::OnHold => "refusal.on_hold",
            Self::LooksLike(Private::Card) => "refusal.looks_like_card",
            Self::LooksLike(Private::Iban) => "refusal.looks_like_iban",
            Self::LooksLike(Private::Password) => "refusal.looks_like_password",
            Self::LooksLike(Private::Contact) => "refusal.looks_like_contact",
            Self::Held => "refusal.held",
            Self::FileTooLarge { .. } => "refusal.file_too_large",
            Self::PictureTooLarge => "refusal.picture_too_large",
            Self::NoRoomForFiles => "refusal.no_room_for_files",
            Self::FileInfected => "refusal.file_infected",
            Self::FileUnchecked => "refusal.file_unchecked",
            Self::Missing(Field::Rating) => "refusal.missing_rating",
            Self::Missing(_) => "refusal.missing",
            Self::TooLong { .. } => "refusal.too_long",
            Self::TooShort { .. } => "refusal.too_short",
            Self::Invalid(Field::Email) => "refusal.invalid_email",
            Self::Invalid(Field::Origin) => "refusal.invalid_origin",
            Self::Invalid(Field::Slug) => "refusal.invalid_slug",
            Self::Invalid(Field::Colour) => "refusal.invalid_colour",
            Self::Invalid(Field::Places) => "refusal.invalid_places",
            Self::Invalid(Field::File) => "refusal.invalid_file",
            Self::Invalid(_) => "refusal.invalid",
            Self::Taken(_) => "refusal.taken",
            Self::BadIdentity => "refusal.bad_identity",
            Self::UnknownType => "refusal.unknown_type",
            Self::Malformed => "refusal.malformed",
        }
    }

    /// The number that its sentence names as `%{n}`, if it names one.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::TooFast { after_s } => Some(after_s),
            Self::TooLong { max, .. } => Some(max),
            Self::TooShort { min, .. } => Some(min),
            Self::FileTooLarge { max_mb } => Some(max_mb),
            _ => None,
        }
    }

    /// The field it is about, if it is about one.
    pub fn field(self) -> Option<Field> {
        match self {
            Self::Missing(field)
            | Self::Invalid(field)
            | Self::Taken(field)
            | Self::TooLong { field, .. }
            | Self::TooShort { field, .. } => Some(field),
            Self::LooksLike(_) | Self::Held => Some(Field::Message),
            Self::FileTooLarge { .. } | Self::PictureTooLarge | Self::NoRoomForFiles | Self::FileInfected | Self::FileUnchecked => {
                Some(Field::File)
            }
            _ => None,
        }
    }

    /// Whether the very same request may succeed later, without the person changing anything.
    pub fn retryable(self) -> bool {
        matches!(self, Self::Busy | Self::TooFast { .. })
    }
}

impl fmt::Display for Refusal {
    /// The key: for logs, never for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

impl std::error::Error for Refusal {}
