# The commands of the house. Each is a script in scripts/, so that this file stays a table of contents.
# A command takes further words through ARGS:  make demo ARGS="--scale small"

.DEFAULT_GOAL := help
.PHONY: help demo test check bench e2e audit pictures release

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /  make \1\t/p' Makefile | expand -t 18

demo: ## build everything and serve the demo city on 127.0.0.1:8080
	@scripts/demo.sh $(ARGS)

test: ## every test: both databases and the browser; the last line is the result
	@scripts/test.sh 2>&1

check: ## the quick gate: format, lints, documentation, invariants, tests on SQLite
	@scripts/check.sh

bench: ## measure the running city and write docs/benchmarks.md
	@scripts/bench.sh $(ARGS)

e2e: ## browser journeys only; ARGS names a journey file
	@scripts/e2e.sh $(ARGS)

audit: ## licences and advisories, unused dependencies, spelling
	@scripts/audit.sh

pictures: ## take the pictures of the README anew
	@scripts/pictures.sh $(ARGS)

release: ## build the program as a server runs it
	@scripts/release.sh
