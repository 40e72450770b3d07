//! What a handler may ask of a request before it begins: who sent it, and from where. Parsing only; no rules.

pub mod client_ip;
pub mod part;
