//! Who asks: the key in `Authorization: Bearer vtr_…`, and nothing else. A cookie is no proof here.

use http::{HeaderMap, header};
use service::api_keys::{self, ApiCaller};

use super::problem::Problem;
use crate::{policy::ApiScope, state::AppState};

/// The key's program, if it may do what it asks and has not asked too much.
pub async fn caller(state: &AppState, headers: &HeaderMap, scope: ApiScope) -> Result<ApiCaller, Problem> {
    let key = bearer(headers).ok_or(Problem::NO_KEY)?;
    let caller = api_keys::recognise(&state.services, key).await?.ok_or(Problem::NO_KEY)?;
    state.pace.spend(caller.key).map_err(Problem::too_fast)?;
    match scope {
        ApiScope::Write if !caller.scopes.write => Err(Problem::SCOPE),
        ApiScope::Read | ApiScope::Write => Ok(caller),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, key) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_key_is_read_from_its_header_alone() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(with("Bearer vtr_a").as_deref(), Some("vtr_a"));
        assert_eq!(with("bearer  vtr_a").as_deref(), Some("vtr_a"));
        assert_eq!((with("Basic vtr_a"), with("vtr_a"), bearer(&HeaderMap::new())), (None, None, None));
    }
}
