//! Where a page of a list by name begins, in an address: `?after=ID&name=NAME`.

use std::collections::HashMap;

use app::site::escaped;
use service::marketplace::AfterName;

/// As it was asked for; what cannot be read is the first page.
pub(super) fn after(asked: &HashMap<String, String>) -> AfterName {
    let id = asked.get("after")?.parse().ok()?;
    Some((asked.get("name")?.clone(), id))
}

/// The address of the next page, if there is one.
pub(super) fn next(path: &str, next: AfterName) -> Option<String> {
    let (name, id) = next?;
    Some(format!("{path}?after={id}&name={}", escaped(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_again_and_a_name_cannot_leave_it() {
        let id = "018f0000-0000-7000-8000-000000000001".parse().expect("an id");
        let to = next("/team/stores", Some(("A&b=ü".to_owned(), id))).expect("an address");
        assert_eq!(to, "/team/stores?after=018f0000-0000-7000-8000-000000000001&name=A%26b%3D%C3%BC");
        let asked = HashMap::from([("after".to_owned(), id.to_string()), ("name".to_owned(), "A&b=ü".to_owned())]);
        assert_eq!(after(&asked), Some(("A&b=ü".to_owned(), id)));
        assert_eq!(after(&HashMap::new()), None);
    }
}
