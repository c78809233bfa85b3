//! `api`.

use hyper::Method;

use crate::ctl::answer::Answer;
use crate::ctl::client::Client;
use crate::ctl::error::CtlError;
use crate::ctl::extract::{extract, sum};
use crate::ctl::request::Request;
use crate::ctl::verb::Verb;

/// A request as it is typed.
pub(super) async fn perform(client: &Client, verb: &Verb) -> Result<Answer, CtlError> {
    let Verb::Api {
        method,
        resource,
        rest,
        sum: summed,
        pretty,
    } = verb
    else {
        return Ok(Answer::Done);
    };
    let method = match method.as_str() {
        "post" => Method::POST,
        "put" => Method::PUT,
        "patch" => Method::PATCH,
        "delete" => Method::DELETE,
        _ => Method::GET,
    };
    let resource = resource.trim_start_matches('/');
    let resource = resource.strip_prefix("v1/").unwrap_or(resource);
    let mut request = Request::new(method.clone(), resource);
    let mut path = None;
    match rest {
        Some(text) if method == Method::GET => path = Some(text),
        Some(body) => {
            let body = serde_json::from_str(body).map_err(CtlError::Body)?;
            request = request.with_body(body);
        }
        None => {}
    }
    let mut value = client.send(&request).await?;
    if value.is_null() {
        return Ok(Answer::Done);
    }
    if let Some(path) = path {
        value = extract(&value, path)?;
    }
    if *summed {
        value = sum(&value)?;
    }
    Ok(Answer::Json {
        value,
        pretty: *pretty,
    })
}
