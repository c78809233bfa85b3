//! What can be done, in the order in which it is told.

use utoipa::openapi::path::HttpMethod;

/// A kind of resource, as its type is spelled.
type Kind = &'static str;
/// A parameter of the query and what it does.
type Own = (&'static str, &'static str);

/// One operation.
pub(super) struct Operation {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Parameters of its own.
    pub(super) own: &'static [Own],
    pub(super) takes: Takes,
    pub(super) answer: Answer,
}

/// What the body of a request is.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    /// A resource.
    Document(Kind),
    /// References to resources.
    Links,
}

/// What is answered.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Nothing,
    Collection(Kind),
    One(Kind),
    /// A relationship.
    Links,
    /// A document of its own form.
    Json,
    /// Text of this media type.
    Text(&'static str),
    /// The connection is a WebSocket from then on.
    Upgrade,
}

impl Operation {
    /// The method, lower case.
    pub(super) fn verb(&self) -> &'static str {
        match self.method {
            HttpMethod::Post => "post",
            HttpMethod::Put => "put",
            HttpMethod::Patch => "patch",
            HttpMethod::Delete => "delete",
            _ => "get",
        }
    }

    /// A name that no other operation has.
    pub(super) fn id(&self) -> String {
        let words = self
            .path
            .split(['/', '{', '}', '.'])
            .filter(|word| !word.is_empty());
        std::iter::once(self.verb())
            .chain(words)
            .collect::<Vec<_>>()
            .join("_")
    }

    /// What it is about: the first step of its path.
    pub(super) fn tag(&self) -> &'static str {
        self.path
            .split('/')
            .find(|step| !step.is_empty())
            .unwrap_or("gateway")
    }

    /// Whether it answers with a JSON document.
    pub(super) fn is_json(&self) -> bool {
        matches!(
            self.answer,
            Answer::Collection(_) | Answer::One(_) | Answer::Links | Answer::Json
        )
    }
}

const FORCE: Own = (
    "force",
    "Also when it is used: it is taken from there first.",
);
const TTL: Own = ("ttl", "How long work under way may take: `5s`.");
const STATE: Own = (
    "state",
    "The state: `maintenance`, `drain`, `master`, `slave`, ..",
);
const END: Own = ("force", "Sessions end at once.");
const SESSIONS: Own = ("sessions", "`all`: live sessions get the filters as well.");

fn get(path: &'static str, summary: &'static str, answer: Answer) -> Operation {
    Operation {
        method: HttpMethod::Get,
        path,
        summary,
        own: &[],
        takes: Takes::Nothing,
        answer,
    }
}

fn write(
    method: HttpMethod,
    path: &'static str,
    summary: &'static str,
    takes: Takes,
    own: &'static [Own],
) -> Operation {
    Operation {
        method,
        path,
        summary,
        own,
        takes,
        answer: Answer::Nothing,
    }
}

fn reading(own: &'static [Own], operation: Operation) -> Operation {
    Operation { own, ..operation }
}

/// All of them.
pub(super) fn all() -> Vec<Operation> {
    let mut all = Vec::new();
    all.extend(sessions());
    all.extend(objects());
    all.extend(changes());
    all.extend(users_and_audit());
    all.extend(gateway());
    all
}

fn sessions() -> Vec<Operation> {
    use HttpMethod::{Delete, Patch, Post};
    const RDNS: Own = ("rdns", "Shows the client's name instead of its address.");
    const ENDED: Own = ("ended", "Those that ended a short time ago.");
    let relationship = "/sessions/{id}/relationships/{name}";
    vec![
        reading(
            &[RDNS, ENDED],
            get("/sessions", "All sessions.", Answer::Collection("sessions")),
        ),
        reading(
            &[RDNS, ENDED],
            get("/sessions/{id}", "One session.", Answer::One("sessions")),
        ),
        write(
            Patch,
            "/sessions/{id}",
            "Changes filters and log levels.",
            Takes::Document("sessions"),
            &[],
        ),
        write(
            Delete,
            "/sessions/{id}",
            "Ends a session.",
            Takes::Nothing,
            &[TTL],
        ),
        get(relationship, "What a session refers to.", Answer::Links),
        write(
            Patch,
            relationship,
            "Changes the filters, in order.",
            Takes::Links,
            &[],
        ),
        write(
            Post,
            "/sessions/restart",
            "All get the filters of their services.",
            Takes::Nothing,
            &[],
        ),
        write(
            Post,
            "/sessions/{id}/restart",
            "It gets the filters of its service.",
            Takes::Nothing,
            &[],
        ),
    ]
}

/// Reading what is configured.
fn objects() -> Vec<Operation> {
    vec![
        get("/servers", "All servers.", Answer::Collection("servers")),
        get("/servers/{id}", "One server.", Answer::One("servers")),
        get(
            "/servers/{id}/relationships/{name}",
            "What a server refers to.",
            Answer::Links,
        ),
        get("/services", "All services.", Answer::Collection("services")),
        get("/services/{id}", "One service.", Answer::One("services")),
        get(
            "/services/{id}/relationships/{name}",
            "What a service refers to.",
            Answer::Links,
        ),
        get(
            "/services/{id}/listeners",
            "The listeners of a service.",
            Answer::Collection("listeners"),
        ),
        get(
            "/services/{id}/listeners/{listener}",
            "One of them.",
            Answer::One("listeners"),
        ),
        get(
            "/listeners",
            "All listeners.",
            Answer::Collection("listeners"),
        ),
        get("/listeners/{id}", "One listener.", Answer::One("listeners")),
        get(
            "/listeners/{id}/relationships/{name}",
            "What a listener refers to.",
            Answer::Links,
        ),
        get("/monitors", "All monitors.", Answer::Collection("monitors")),
        get("/monitors/{id}", "One monitor.", Answer::One("monitors")),
        get(
            "/monitors/{id}/relationships/{name}",
            "What a monitor refers to.",
            Answer::Links,
        ),
        get("/filters", "All filters.", Answer::Collection("filters")),
        get("/filters/{id}", "One filter.", Answer::One("filters")),
        get(
            "/filters/{id}/relationships/{name}",
            "What a filter refers to.",
            Answer::Links,
        ),
    ]
}

/// Writing what is configured.
fn changes() -> Vec<Operation> {
    use HttpMethod::{Delete, Patch, Post, Put};
    let take = |kind| Takes::Document(kind);
    vec![
        write(Post, "/servers", "Makes a server.", take("servers"), &[]),
        write(
            Patch,
            "/servers/{id}",
            "Changes a server.",
            take("servers"),
            &[],
        ),
        write(
            Delete,
            "/servers/{id}",
            "Removes a server.",
            Takes::Nothing,
            &[FORCE],
        ),
        write(
            Patch,
            "/servers/{id}/relationships/{name}",
            "Changes what it refers to.",
            Takes::Links,
            &[],
        ),
        write(
            Put,
            "/servers/{id}/set",
            "Sets a state.",
            Takes::Nothing,
            &[STATE, END],
        ),
        write(
            Put,
            "/servers/{id}/clear",
            "Clears a state.",
            Takes::Nothing,
            &[STATE, END],
        ),
        write(Post, "/services", "Makes a service.", take("services"), &[]),
        write(
            Patch,
            "/services/{id}",
            "Changes a service.",
            take("services"),
            &[SESSIONS],
        ),
        write(
            Delete,
            "/services/{id}",
            "Removes a service.",
            Takes::Nothing,
            &[FORCE],
        ),
        write(
            Patch,
            "/services/{id}/relationships/{name}",
            "Changes what it refers to.",
            Takes::Links,
            &[SESSIONS],
        ),
        write(
            Put,
            "/services/{id}/start",
            "Lets clients in.",
            Takes::Nothing,
            &[],
        ),
        write(
            Put,
            "/services/{id}/stop",
            "Lets clients wait.",
            Takes::Nothing,
            &[END],
        ),
        write(
            Post,
            "/services/{id}/reload",
            "Reads the accounts anew.",
            Takes::Nothing,
            &[],
        ),
        write(
            Post,
            "/services/{id}/listeners",
            "Makes a listener of it.",
            take("listeners"),
            &[],
        ),
        write(
            Delete,
            "/services/{id}/listeners/{listener}",
            "Removes a listener of it.",
            Takes::Nothing,
            &[],
        ),
        write(
            Post,
            "/listeners",
            "Makes a listener.",
            take("listeners"),
            &[],
        ),
        write(
            Patch,
            "/listeners/{id}",
            "Changes a listener.",
            take("listeners"),
            &[],
        ),
        write(
            Delete,
            "/listeners/{id}",
            "Removes a listener.",
            Takes::Nothing,
            &[FORCE],
        ),
        write(
            Patch,
            "/listeners/{id}/relationships/{name}",
            "Changes what it refers to.",
            Takes::Links,
            &[],
        ),
        write(
            Put,
            "/listeners/{id}/start",
            "Lets clients in.",
            Takes::Nothing,
            &[],
        ),
        write(
            Put,
            "/listeners/{id}/stop",
            "Lets clients wait.",
            Takes::Nothing,
            &[END],
        ),
        write(Post, "/monitors", "Makes a monitor.", take("monitors"), &[]),
        write(
            Patch,
            "/monitors/{id}",
            "Changes a monitor.",
            take("monitors"),
            &[],
        ),
        write(
            Delete,
            "/monitors/{id}",
            "Removes a monitor.",
            Takes::Nothing,
            &[FORCE],
        ),
        write(
            Patch,
            "/monitors/{id}/relationships/{name}",
            "Changes what it refers to.",
            Takes::Links,
            &[],
        ),
        write(
            Put,
            "/monitors/{id}/start",
            "Starts a monitor.",
            Takes::Nothing,
            &[],
        ),
        write(
            Put,
            "/monitors/{id}/stop",
            "Stops a monitor.",
            Takes::Nothing,
            &[],
        ),
        write(Post, "/filters", "Makes a filter.", take("filters"), &[]),
        write(
            Patch,
            "/filters/{id}",
            "Changes a filter.",
            take("filters"),
            &[],
        ),
        write(
            Delete,
            "/filters/{id}",
            "Removes a filter.",
            Takes::Nothing,
            &[FORCE],
        ),
    ]
}

fn users_and_audit() -> Vec<Operation> {
    use HttpMethod::{Delete, Patch, Post};
    let user = Takes::Document("inet");
    let relationship = "/users/inet/{id}/relationships/{name}";
    let of_unix = "/users/unix/{id}/relationships/{name}";
    vec![
        get("/users", "All accounts.", Answer::Collection("inet")),
        get("/users/inet", "All accounts.", Answer::Collection("inet")),
        write(Post, "/users/inet", "Makes an account.", user, &[]),
        get("/users/inet/{id}", "One account.", Answer::One("inet")),
        write(
            Patch,
            "/users/inet/{id}",
            "Changes password or role.",
            user,
            &[],
        ),
        write(
            Delete,
            "/users/inet/{id}",
            "Removes an account.",
            Takes::Nothing,
            &[],
        ),
        get(relationship, "Accounts refer to nothing.", Answer::Links),
        get("/users/unix", "There are none.", Answer::Collection("unix")),
        get("/users/unix/{id}", "There are none.", Answer::One("unix")),
        get(of_unix, "There are none.", Answer::Links),
        get("/audit", "All changes.", Answer::Collection("audit")),
        get("/audit/{id}", "One change.", Answer::One("audit")),
        write(
            Post,
            "/audit/{id}/undo",
            "Undoes a change.",
            Takes::Nothing,
            &[],
        ),
        reading(
            &[
                ("max-age", "Seconds that the token is good for."),
                ("persist", "Puts the token into a cookie."),
            ],
            get("/auth", "A token.", Answer::Json),
        ),
        write(
            Delete,
            "/auth",
            "Takes the cookie away.",
            Takes::Nothing,
            &[],
        ),
    ]
}

fn gateway() -> Vec<Operation> {
    use HttpMethod::{Patch, Post};
    const LINES: &[Own] = &[
        ("page[cursor]", "Where to go on."),
        ("page[size]", "How many lines."),
        (
            "priority",
            "Lines of these priorities, separated by commas.",
        ),
    ];
    let modules = "/maxscale/modules/{id}";
    let command = "/maxscale/modules/{id}/{command}";
    vec![
        get("/", "Whether the gateway runs.", Answer::Text("text/plain")),
        get("/maxscale", "The gateway itself.", Answer::One("maxscale")),
        write(
            Patch,
            "/maxscale",
            "Changes its parameters.",
            Takes::Document("maxscale"),
            &[],
        ),
        write(
            Post,
            "/maxscale/tls/reload",
            "Reads certificates anew.",
            Takes::Nothing,
            &[],
        ),
        get(
            "/maxscale/modules",
            "All modules.",
            Answer::Collection("modules"),
        ),
        get(
            modules,
            "One module and its parameters.",
            Answer::One("modules"),
        ),
        get(
            "/maxscale/modules/{id}/relationships/{name}",
            "Modules refer to nothing.",
            Answer::Links,
        ),
        get(command, "Performs a command that only reads.", Answer::Json),
        write(Post, command, "Performs a command.", Takes::Nothing, &[]),
        get("/maxscale/logs", "The log.", Answer::Json),
        reading(
            LINES,
            get(
                "/maxscale/logs/data",
                "Lines of the log, together.",
                Answer::Json,
            ),
        ),
        reading(
            LINES,
            get(
                "/maxscale/logs/entries",
                "Lines of the log, each.",
                Answer::Json,
            ),
        ),
        reading(
            LINES,
            get(
                "/maxscale/logs/stream",
                "Lines as they come.",
                Answer::Upgrade,
            ),
        ),
        write(
            Post,
            "/maxscale/logs/flush",
            "Opens the log file anew.",
            Takes::Nothing,
            &[],
        ),
        get(
            "/maxscale/threads",
            "All workers.",
            Answer::Collection("threads"),
        ),
        get(
            "/maxscale/threads/{id}",
            "One worker.",
            Answer::One("threads"),
        ),
        get("/maxscale/memory", "What memory is used for.", Answer::Json),
        reading(
            &[("since", "From when on.")],
            get("/maxscale/samples", "Counters over time.", Answer::Json),
        ),
        get(
            "/maxscale/query_classifier",
            "The classifier.",
            Answer::Json,
        ),
        reading(
            &[("top", "How many statements.")],
            get(
                "/maxscale/query_classifier/cache",
                "Its cache.",
                Answer::Json,
            ),
        ),
        reading(
            &[("sql", "The statement.")],
            get(
                "/maxscale/query_classifier/classify",
                "What a statement does.",
                Answer::Json,
            ),
        ),
        get(
            "/events",
            "What changes, as it does.",
            Answer::Text("text/event-stream"),
        ),
        get(
            "/metrics",
            "Metrics for Prometheus.",
            Answer::Text("text/plain"),
        ),
        get("/openapi.json", "This document.", Answer::Json),
    ]
}
