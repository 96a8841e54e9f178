# The project's few commands. `make run` and `make test` are all that a newcomer needs.

# Texts and gold standards that lie beside a checkout, for `make bench`, `make eval` and some tests.
export THEMATIC_SHARED ?= $(realpath $(wildcard ../shared))

.PHONY: run test check bench bench-check bench-growth bench-hot eval

run: ## build, read corpora/, answer queries/ into results/
	cargo run --release --locked --quiet -- run

test: ## every test
	cargo test --locked

check: ## what CI runs
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	$(MAKE) test
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

bench: ## speed, on the texts in $$THEMATIC_SHARED/bench
	cargo bench --locked --bench work

bench-check: ## the counts of that work, each difference explained
	cargo bench --locked --bench work -- check

bench-growth: ## time and memory on 1, 4, 16 and 64 times 15 MB
	cargo bench --locked --bench work -- growth

bench-hot: ## the stages on which speed hangs, each by itself
	cargo bench --locked --bench hot

eval: ## how right the cutting is, on the gold in $$THEMATIC_SHARED
	cargo bench --locked --bench eval
