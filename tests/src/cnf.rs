//! Configuration files of the gateway (`.cnf`), section by section.

use std::fmt::{Display, Write as _};

use crate::mariadb::SERVICE_ACCOUNT;

/// Sections in order, each with its parameters.
#[derive(Debug, Clone, Default)]
pub struct Cnf {
    remark: String,
    sections: Vec<(String, Vec<(String, String)>)>,
}

impl Cnf {
    /// No section yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A line at the head of the file that says what it is.
    pub fn remark(&mut self, line: &str) {
        self.remark = format!("# {line}\n\n");
    }

    /// Adds the section, or goes back to it when there is one of this name.
    pub fn section(&mut self, name: &str) -> Section<'_> {
        let at = self
            .sections
            .iter()
            .position(|(n, _)| n == name)
            .unwrap_or_else(|| {
                self.sections.push((name.to_owned(), Vec::new()));
                self.sections.len() - 1
            });
        Section {
            parameters: &mut self.sections[at].1,
        }
    }

    /// Adds a service that reads accounts as [`SERVICE_ACCOUNT`].
    pub fn service(&mut self, name: &str, router: &str) -> Section<'_> {
        self.section(name)
            .set("type", "service")
            .set("router", router)
            .set("user", SERVICE_ACCOUNT.0)
            .set("password", SERVICE_ACCOUNT.1)
    }

    /// Adds a listener of a service, at a TCP port of 127.0.0.1.
    pub fn listener(&mut self, name: &str, service: &str, port: u16) -> Section<'_> {
        self.section(name)
            .set("type", "listener")
            .set("service", service)
            .set("address", "127.0.0.1")
            .set("port", port)
    }

    /// Takes a section away.
    pub fn remove(&mut self, name: &str) {
        self.sections.retain(|(known, _)| known != name);
    }

    /// Gives every service that has readconnroute another router (`SLUICEGATE_ROUTER`). Those stay
    /// that only readconnroute can be: one for replicas, and one for servers that run without a role
    /// (of several that don't replicate, the monitor takes the first for the primary).
    pub fn route_all_by(&mut self, router: &str) {
        for (_, parameters) in &mut self.sections {
            if needs_readconnroute(parameters) {
                continue;
            }
            let mut routers = parameters.iter_mut().filter(|(key, _)| key == "router");
            if let Some((_, value)) = routers.find(|(_, value)| value == "readconnroute") {
                value.replace_range(.., router);
                parameters.retain(|(key, _)| key != "router_options");
            }
        }
    }

    /// The file's text.
    pub fn text(&self) -> String {
        let mut text = self.remark.clone();
        for (number, (name, parameters)) in self.sections.iter().enumerate() {
            let gap = if number == 0 { "" } else { "\n" };
            writeln!(text, "{gap}[{name}]").expect("a String takes all");
            for (key, value) in parameters {
                writeln!(text, "{key}={value}").expect("a String takes all");
            }
        }
        text
    }
}

fn needs_readconnroute(parameters: &[(String, String)]) -> bool {
    let value = |wanted: &str| {
        let mut found = parameters.iter().filter(|(key, _)| key == wanted);
        found.next().map_or("", |(_, value)| value.as_str())
    };
    match value("router_options") {
        "slave" => true,
        "running" => !value("servers")
            .split(',')
            .any(|name| name.trim() == "server1"),
        _ => false,
    }
}

/// One section that is being written.
#[derive(Debug)]
pub struct Section<'a> {
    parameters: &'a mut Vec<(String, String)>,
}

impl Section<'_> {
    /// Sets a parameter, in place of an earlier value.
    pub fn set(self, key: &str, value: impl Display) -> Self {
        let value = value.to_string();
        match self.parameters.iter_mut().find(|(k, _)| k == key) {
            Some(parameter) => parameter.1 = value,
            None => self.parameters.push((key.to_owned(), value)),
        }
        self
    }

    /// Removes a parameter.
    pub fn unset(self, key: &str) -> Self {
        self.parameters.retain(|(k, _)| k != key);
        self
    }
}
