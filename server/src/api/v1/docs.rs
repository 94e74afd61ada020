//! The API's description (OpenAPI 3.1), made from the code, and a page to read it by.

use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};

use super::permits::{self, Needs, Permit};
use super::{Api, PREFIX};
use crate::api::problem::{PROBLEM_JSON, Problem};
use crate::vocab::Rank;

/// What a page may load: its own style, nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// What is said of a request that cannot be understood.
const NONSENSE: &str = "Something in the request makes no sense; `detail` says what";
const STYLE: &str = include_str!("docs.css");

/// What stands above the routes.
pub(super) fn about() -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = ComponentsBuilder::new()
        .schema_from::<Problem>()
        .security_scheme("bearer", SecurityScheme::Http(bearer));
    let license =
        LicenseBuilder::new().name("Apache-2.0 OR MIT").identifier(Some("Apache-2.0 OR MIT"));
    let info = InfoBuilder::new()
        .title("Hearsay")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Channels, who is in the world, and how it lies. Errors are problem details (RFC 9457)."))
        .license(Some(license.build()));
    OpenApiBuilder::new()
        .info(info.build())
        .servers(Some([ServerBuilder::new().url(PREFIX).build()]))
        .components(Some(components.build()))
        .build()
}

/// Adds what follows from the permits and from what stands before every route: scopes, and the answers that any may give.
pub(super) fn completed(description: &OpenApi) -> Value {
    let mut document = serde_json::to_value(description)
        .expect("a description holds only texts, numbers and lists");
    for Permit { method, path, needs } in permits::ALL {
        let operation = &mut document["paths"][path][method.to_lowercase()];
        if operation.is_object() {
            complete(operation, method, *needs);
        }
    }
    // Looking for a route that is not described has left an empty place for it.
    if let Some(paths) = document["paths"].as_object_mut() {
        paths.retain(|_, item| {
            item.as_object().is_some_and(|item| item.values().any(Value::is_object))
        });
    }
    document
}

fn complete(operation: &mut Value, method: &str, needs: Needs) {
    let mut also = vec![
        ("408", "It took too long"),
        ("429", "Too many requests; Retry-After says when to come again"),
        ("503", "A part of the server does not answer just now"),
    ];
    if let Needs::Token(scope, callers) = needs {
        operation["security"] = json!([{ "bearer": [scope.as_str()] }]);
        operation["x-rank"] = json!(callers.rank().map(Rank::as_str));
        operation["x-services"] = json!(callers.services());
        also.extend([("401", "No valid token"), ("403", "Not with this token")]);
        if method == "POST" {
            let about = "Requests with one key are done once, as long as the server runs; the answer is kept for a day";
            let key = json!({ "name": "Idempotency-Key", "in": "header", "description": about,
                "required": false, "schema": { "type": "string", "minLength": 1, "maxLength": 255 } });
            parameters(operation).push(key);
            also.extend([("400", NONSENSE), ("409", "The Idempotency-Key is in use")]);
            also.push(("500", "With an Idempotency-Key: it is not known whether this was done"));
        }
    }
    if operation["tags"][0] == "moderation" {
        also.push(("422", "The account is frozen; `detail` says why"));
    }
    if operation["requestBody"].is_object() {
        also.extend([("413", "The body is too large"), ("415", "The body is no JSON")]);
    }
    if operation["requestBody"].is_object() || !parameters(operation).is_empty() {
        also.push(("400", NONSENSE));
    }
    let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    if let Some(responses) = operation["responses"].as_object_mut() {
        for (status, about) in also {
            responses.entry(status).or_insert_with(|| json!({ "description": about }));
        }
        for (_, response) in responses.iter_mut().filter(|(status, _)| status.as_str() >= "400") {
            response["content"] = json!({ PROBLEM_JSON: problem });
        }
    }
}

fn parameters(operation: &mut Value) -> &mut Vec<Value> {
    if !operation["parameters"].is_array() {
        operation["parameters"] = json!([]);
    }
    operation["parameters"].as_array_mut().expect("it was made one")
}

/// The description and the page.
pub(super) fn routes(description: &Value) -> Router<Arc<Api>> {
    let json = format!("{description:#}");
    let page = page(description);
    Router::new()
        .route("/openapi.json", get(|| async { ([(CONTENT_TYPE, "application/json")], json) }))
        .route("/docs", get(|| async { html(page) }))
        .route("/docs.css", get(|| async { ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE) }))
}

fn html(page: String) -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, page)
}

/// The page: a table of routes, and for each what it takes and gives.
fn page(document: &Value) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Hearsay API</title>\n<link rel=\"stylesheet\" href=\"{PREFIX}/docs.css\">\n</head>\n<body>\n<main>\n\
         <h1>Hearsay API</h1>\n<p>All paths begin with <code>{PREFIX}</code>. For programs: \
         <a href=\"{PREFIX}/openapi.json\">openapi.json</a>.</p>\n"
    );
    for permit in permits::ALL {
        let operation = &document["paths"][permit.path][permit.method.to_lowercase()];
        if operation.is_object() {
            write_route(&mut page, permit, operation);
        }
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn write_route(page: &mut String, permit: &Permit, operation: &Value) {
    let Permit { method, path, needs } = permit;
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let takes = match needs {
        Needs::Nothing => "no token".to_owned(),
        Needs::Token(scope, callers) => format!("scope <code>{scope}</code>, {callers}"),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<section>\n<h2><span>{method}</span> {}</h2>\n<p>{} {}</p>\n<p class=\"takes\">Takes: {takes}.</p>\n<table>\n",
        escaped(path),
        text(&operation["summary"]),
        text(&operation["description"]),
    );
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, about) = (text(&parameter["name"]), text(&parameter["description"]));
        let _ =
            writeln!(page, "<tr><th scope=\"row\"><code>{name}</code></th><td>{about}</td></tr>");
    }
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let about = text(&answer["description"]);
        let _ = writeln!(page, "<tr><th scope=\"row\">{status}</th><td>{about}</td></tr>");
    }
    page.push_str("</table>\n</section>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::super::described;
    use super::*;

    #[test]
    fn every_described_route_has_a_permit_and_the_other_way_round() {
        let document = completed(&described().1);
        let mut found: Vec<(String, String)> = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                found.push((method.to_uppercase(), path.clone()));
            }
        }
        let is_described =
            |permit: &&Permit| !["/openapi.json", "/docs", "/docs.css"].contains(&permit.path);
        let mut permitted: Vec<(String, String)> = permits::ALL
            .iter()
            .filter(is_described)
            .map(|permit| (permit.method.to_owned(), permit.path.to_owned()))
            .collect();
        found.sort();
        permitted.sort();
        assert_eq!(found, permitted);
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn the_page_names_every_route() {
        let page = page(&completed(&described().1));
        for permit in permits::ALL.iter().filter(|permit| !permit.path.starts_with("/docs")) {
            assert!(page.contains(permit.path), "{}", permit.path);
        }
    }
}
