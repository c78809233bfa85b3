//! Values that parameters do not have by default.

use std::path::{Path, PathBuf};

use serde_json::Value;
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::ports::free_port;

/// What parameters are given, and the files that they name.
pub(super) struct Values {
    folder: PathBuf,
    certificate: Certificate,
}

/// Parameters that can't be other than by default here: they exclude others, are relationships or
/// parts of the document, or need what is not there.
const LEFT_OUT: &[(&str, &str)] = &[
    // The API would speak TLS, or be somewhere else.
    ("maxscale", "admin_ssl_cert"),
    ("maxscale", "admin_ssl_key"),
    // A list of revoked certificates.
    ("MariaDBProtocol", "ssl_crl"),
    ("MariaDBProtocol", "service"),
    ("MariaDBProtocol", "protocol"),
    // Monitors only watch.
    ("mariadbmon", "auto_failover"),
    ("mariadbmon", "auto_rejoin"),
    ("mariadbmon", "cooperative_monitoring_locks"),
    ("mariadbmon", "enforce_read_only_servers"),
    ("mariadbmon", "enforce_read_only_slaves"),
    ("mariadbmon", "enforce_simple_topology"),
    ("mariadbmon", "enforce_writable_master"),
    ("mariadbmon", "switchover_on_low_disk_space"),
    ("ccrfilter", "global"),
    ("namedserverfilter", "match"),
    ("namedserverfilter", "server"),
    ("tee", "service"),
    ("cache", "storage"),
    ("cache", "storage_options"),
];

/// Parameters whose values are not just any of their type.
const CHOSEN: &[(&str, &str)] = &[
    ("address", "127.0.0.1"),
    ("private_address", "10.0.0.9"),
    ("authenticator", "mariadbauth,ed25519auth"),
    ("authenticator_options", "match_host=false"),
    (
        "connection_metadata",
        "greeting=hello,max_allowed_packet=auto",
    ),
    ("proxy_protocol_networks", "10.0.0.0/8, ::1"),
    ("retain_last_statements", "3"),
    ("script", "/bin/true $EVENT"),
    ("source", "127.0.0.1"),
    ("ssl_cipher", "ECDHE-RSA-AES128-GCM-SHA256"),
    ("ssl_version", "TLSv1.2"),
    ("target", "All-readconnroute"),
    ("version_string", "10.6.99-round-trip"),
    ("servers_no_promotion", "Far"),
    ("disk_space_threshold", "/data:80,*:90"),
    ("events", "master_down,server_up"),
    ("inject", " with spaces "),
    ("separator", "; "),
    ("newline_replacement", "\" / \""),
    ("storage_options", ""),
];

impl Values {
    /// Values that name files in a folder.
    pub(super) fn new(folder: &Path) -> Self {
        let values = Self {
            folder: folder.to_owned(),
            certificate: Authority::new().issue("round-trip"),
        };
        for (name, text) in [
            ("user_accounts_file", r#"{"user": []}"#),
            ("user_mapping_file", r#"{"user_map": []}"#),
            ("connection_init_sql_file", "SET @a = 1;\n"),
            (
                "rules",
                r#"{"rules": [{"replace": {"column": "a"}, "with": {"fill": "X"}}]}"#,
            ),
            (
                "cache_rules",
                r#"{"store": [{"attribute": "table", "op": "=", "value": "a"}]}"#,
            ),
            ("template_file", "%%\n%\nSELECT @{1}\n%\nSELECT @{1} + 1\n"),
        ] {
            values.file(name, text);
        }
        values
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::create_dir_all(&self.folder).expect("a folder");
        std::fs::write(self.path(name), text).expect("a file");
    }

    /// Another value than the default, as it would be written in a file.
    pub(super) fn other_than_default(&self, module: &str, spec: &Value) -> Option<String> {
        let name = spec["name"].as_str().expect("a name");
        if LEFT_OUT.contains(&(module, name)) || is_of_document(spec) {
            return None;
        }
        if spec["description"]
            .as_str()
            .is_some_and(|text| text.contains("not used any more"))
        {
            return None;
        }
        self.named(module, name).or_else(|| of_type(name, spec))
    }

    fn named(&self, module: &str, name: &str) -> Option<String> {
        let chosen = CHOSEN.iter().find(|(known, _)| *known == name);
        if let Some((_, value)) = chosen {
            return Some((*value).to_owned());
        }
        let path = |path: &Path| Some(path.display().to_string());
        match (module, name) {
            ("MariaDBProtocol", "port") => Some(free_port().to_string()),
            (_, "ssl_ca" | "admin_ssl_ca") => path(&self.certificate.ca),
            (_, "ssl_cert") => path(&self.certificate.cert),
            (_, "ssl_key") => path(&self.certificate.key),
            ("cache", "rules") => Some(self.path("cache_rules")),
            (_, "socket") => Some(self.path(&format!("{module}.sock"))),
            (_, "filebase" | "filename" | "log_file" | "named_pipe") => {
                Some(self.path(&format!("{module}-{name}")))
            }
            ("maxscale", "admin_audit_file") => Some(self.path("audit.csv")),
            (
                _,
                "user_accounts_file"
                | "user_mapping_file"
                | "connection_init_sql_file"
                | "rules"
                | "template_file",
            ) => Some(self.path(name)),
            ("namedserverfilter", name) if name.starts_with("target") => Some("Far".to_owned()),
            _ => None,
        }
    }
}

/// Whether it says what the object is, or is a relationship.
fn is_of_document(spec: &Value) -> bool {
    let name = spec["name"].as_str().unwrap_or_default();
    let kind = spec["type"].as_str().unwrap_or_default();
    let is_related = matches!(kind, "serverlist" | "filterlist" | "monitor");
    name == "type" || kind == "module" || is_related && name != "servers_no_promotion"
}

/// A value of the parameter's type.
fn of_type(name: &str, spec: &Value) -> Option<String> {
    let default = &spec["default_value"];
    let number = |by: i64| Some((default.as_i64().unwrap_or(0) + by).to_string());
    match spec["type"].as_str().expect("a type") {
        "bool" => Some((*default != true).to_string()),
        "count" | "int" => number(1),
        "size" => number(4096),
        "duration" => {
            let text = default.as_str().unwrap_or("0ms").trim_end_matches("ms");
            let millis: i64 = text.parse().expect("milliseconds");
            Some(format!("{}ms", millis + 1000))
        }
        "enum" | "enum_mask" | "enum list" => {
            let choices = spec["enum_values"].as_array().expect("choices");
            let first = default.as_str().unwrap_or_default();
            let other = choices.iter().filter_map(Value::as_str);
            other
                .into_iter()
                .find(|one| *one != first)
                .map(str::to_owned)
        }
        "string" => Some(format!("some {name}")),
        "stringlist" => Some("one,two".to_owned()),
        "path" => Some(format!("/nowhere/{name}")),
        "regex" => Some("/ from # \\$x/".to_owned()),
        "password" => Some("pass=#word;$".to_owned()),
        "throttling" => Some("5, 2000ms, 3000ms".to_owned()),
        kind => panic!("{name}: no value of type {kind}"),
    }
}
