# Sluicegate: what can be made. `make` alone lists it.

TOOLS := $(or $(SLUICEGATE_TOOLS),$(CURDIR)/.tools)
export SLUICEGATE_TOOLS := $(TOOLS)
export PATH := $(TOOLS)/bin:$(PATH)
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)

# The same packages in every call of cargo: other sets would unify features differently and build
# dependencies again.
HOST := -p sluicegate-server -p sluicegate-shared -p sluicegate-tests
WASM := --target wasm32-unknown-unknown
CONSOLE := web/dist/index.html
CONSOLE_SOURCES := $(shell find web shared -type f -not -path '*/dist/*') Cargo.toml Cargo.lock

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-console storm compat fuzz api-fuzz release deb deb-test screenshots fmt lint \
	unit integration test-split web-test live setup-run setup-test setup-bench setup-compat setup-fuzz \
	setup-api-fuzz setup-deb setup-deb-test

help: ## Lists what can be made.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: setup-run $(CONSOLE) ## Starts three servers, Sluicegate and clients; prints the console's address.
	cargo build $(HOST) --bins
	@exec $(TARGET)/debug/demo

test: setup-test lint unit integration web-test live ## Runs every test.

release: setup-run $(CONSOLE) ## Builds target/release/sluicegate with the console inside.
	cargo build --release -p sluicegate-server --bin sluicegate

deb: setup-deb release ## Builds the Debian package, target/debian/sluicegate_VERSION_ARCH.deb.
	packaging/build-deb.sh $(TARGET)

deb-test: setup-deb-test deb ## Installs, starts, upgrades and removes the package on a clean Debian (as root).
	packaging/test-deb.sh $(TARGET) $(TARGET)/debian/sluicegate_*.deb

bench: setup-bench release ## Compares with HAProxy and no proxy; writes docs/BENCHMARKS.md. BENCH=options
	cargo build $(HOST) --bins
	SLUICEGATE=$(TARGET)/release/sluicegate $(TARGET)/debug/bench --into docs/BENCHMARKS.md $(BENCH)

bench-console: setup-test release ## Measures the console before 10,000 sessions. BENCH_CONSOLE=options
	cargo build $(HOST) --bins
	SLUICEGATE=$(TARGET)/release/sluicegate $(TARGET)/debug/bench-console \
		--into docs/BENCHMARKS.md $(BENCH_CONSOLE)

compat: setup-compat $(CONSOLE) ## The clients that people use, with and without the gateway. COMPAT=options
	cargo build $(HOST) --bins
	cargo test $(HOST) --test it mysql_server
	$(TARGET)/debug/compat --tools $(TOOLS)/compat --out $(TARGET)/compat \
		--into docs/COMPATIBILITY.md $(COMPAT)

storm: setup-bench release ## Replaces 1,000 chains a second under load for STORM_SECONDS (60).
	cargo build $(HOST) --bins
	STORM_SECONDS=$(or $(STORM_SECONDS),60) STORM_RATE=$(or $(STORM_RATE),1000) \
		SLUICEGATE=$(TARGET)/release/sluicegate cargo test $(HOST) --test it -- --nocapture chain_storm

screenshots: live ## Makes docs/screenshots anew.
	mkdir -p docs/screenshots
	cp tests/out/screens/readme-*.png docs/screenshots/

fmt: ## Formats the code.
	cargo fmt --all

# The steps of `make test`, each also by itself.

lint: $(CONSOLE) ## Checks format and lints, host and wasm32.
	cargo fmt --all --check
	cargo clippy $(HOST) --all-targets -- -D warnings
	cargo clippy -p sluicegate-web $(WASM) --all-targets -- -D warnings

unit: $(CONSOLE) ## Unit tests and the tidy test.
	cargo test $(HOST) --lib --test tidy
	cargo test -p sluicegate-web --lib

integration: $(CONSOLE) ## Real clients, the gateway, real servers.
	cargo build $(HOST) --bins
	cargo test $(HOST) --test it

test-split: setup-test $(CONSOLE) ## The same with readwritesplit in the place of readconnroute. Not in `make test`.
	cargo build $(HOST) --bins
	SLUICEGATE_ROUTER=readwritesplit cargo test $(HOST) --test it

web-test: ## Tests of the console's components in a browser.
	cd web && wasm-pack test --headless --chrome --chromedriver "$$(command -v chromedriver)"

live: $(CONSOLE) ## The console in a real browser, before real sessions.
	cargo build $(HOST) --bins
	cargo test $(HOST) --test live

fuzz: setup-fuzz ## Attacks every decoder for FUZZ_SECONDS (60) each.
	for target in tests/fuzz/fuzz_targets/*.rs; do \
		cargo fuzz run --fuzz-dir tests/fuzz --sanitizer none "$$(basename "$$target" .rs)" \
			-- -max_total_time=$(or $(FUZZ_SECONDS),60) -max_len=400 || exit 1; \
	done

api-fuzz: setup-api-fuzz $(CONSOLE) ## The REST API against its OpenAPI document, by schemathesis. API_FUZZ=options
	cargo build $(HOST) --bins
	$(TARGET)/debug/api_fuzz --schemathesis $(TOOLS)/api-fuzz/bin/schemathesis \
		--configuration tests/api-fuzz/schemathesis.toml -- $(API_FUZZ)

$(CONSOLE): $(CONSOLE_SOURCES) | setup-run
	cd web && RUSTFLAGS="$(RUSTFLAGS) --cfg erase_components" trunk build --offline true
	@touch $@

setup-run setup-test setup-bench setup-compat setup-fuzz setup-api-fuzz setup-deb setup-deb-test: setup-%:
	@.ci/setup.sh $*
