//! Integration tests: real clients, the real gateway, real servers.
//!
//! `SLUICEGATE_DIRECT=1` leaves the gateway out where a test allows it: what passes then is what
//! the server itself does. `SLUICEGATE_ROUTER=readwritesplit` gives that router to the services that
//! have readconnroute: sessions should not notice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod accounts;
mod accounts_at_random;
mod accounts_file;
mod api_mutations;
mod api_parameters;
mod big_packets;
mod bulk;
mod chain_storm;
mod chains;
mod change_user;
mod commands;
mod configuration;
mod connection_metadata;
mod crowds;
mod ctl;
mod dialects;
mod early_end;
mod events;
mod fixture;
mod gateway_parameters;
mod harness;
mod hidden_kills;
mod idle_memory;
mod infile;
mod interruptions;
mod keepalive;
mod killed;
mod limits;
mod logging_in;
mod login;
mod logs;
mod maintenance;
mod masking;
mod monitor;
mod monitor_states;
mod multi_results;
mod mysql_server;
mod nested_services;
mod objects;
mod own_connections;
mod peer_client;
mod persistence;
mod plugins;
mod pool;
mod prepared;
mod proxy_protocol;
mod readwritesplit;
mod round_trip;
mod rude_logins;
mod server_failure;
mod session_trace;
mod sessions_api;
mod slow_clients;
mod sockets;
mod stopping;
mod tee;
mod tls;
mod vanishing;
mod vitals;
