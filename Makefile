# Two commands do everything on a bare Debian 12 with Swift 6.3: make run, make test.

.PHONY: help run test conformance prove mutants simulate engine-mutants chaos races fuzz peers peers-bench build release format lint tsan embed clean

help:
	@echo "make run      install what is missing, build, start the demo (a whole service on this machine)"
	@echo "make test     install what is missing, start a private Postgres, run all tests"
	@echo "make conformance  W3C's and SCION's tests of statecharts alone; UPDATE=1 writes docs/conformance.md"
	@echo "make prove    the interpreter against its oracle on SEEDS=100000 random charts; make mutants  that it would notice"
	@echo "make simulate the whole engine on virtual time with SEEDS=100000 seeds of trouble; SEEDS=1 FIRST=n replays one"
	@echo "make engine-mutants  that the simulation would notice a broken engine"
	@echo "make chaos    real nodes and a real Postgres, killed, frozen and cut off for MINUTES=10; SEED=n, RATE=posts a second"
	@echo "make races    callbacks in RACES=1000 races of each kind, two nodes in BATCHES=100000 opposite batches, on real Postgres"
	@echo "make fuzz     random and broken inputs for SECONDS=600"
	@echo "make peers    real peers: signature libraries, an A2A agent, LiteLLM's proxy; installed into .build/peers"
	@echo "make peers-bench  the same durable stages here and on four peers, on one Postgres, in ROUNDS=5 rounds"
	@echo "make release  build .build/release/rejoinder"
	@echo "make build    build for debugging"
	@echo "make format   format the code;  make lint  check its format"
	@echo "make tsan     the drivers' tests under Thread Sanitizer"
	@echo "make embed    list the files that the binary carries, after adding or removing one"

run:
	@scripts/install-packages
	swift build -c release --product rejoinder
	@exec .build/release/rejoinder demo

test:
	@scripts/install-packages tests
	@scripts/test $(TEST_OPTIONS)

conformance:
	@scripts/install-packages
	REJOINDER_TARGETS=charts swift build --build-tests --scratch-path .build-charts
	REJOINDER_TARGETS=charts REJOINDER_CONFORMANCE_UPDATE=$(UPDATE) swift test --skip-build \
		--scratch-path .build-charts --filter '^ConformanceTests\.'

SEEDS ?= 100000
prove:
	@scripts/install-packages
	REJOINDER_TARGETS=proof swift build -c release --build-tests --scratch-path .build-proof
	REJOINDER_TARGETS=proof REJOINDER_PROOF_SEEDS=$(SEEDS) swift test -c release --skip-build \
		--scratch-path .build-proof --filter '^ProofTests\.'

mutants:
	@scripts/install-packages
	@scripts/mutants

FIRST ?= 0
THREADS ?= 2
simulate:
	@scripts/install-packages
	REJOINDER_TARGETS=simulation swift build -c release --build-tests --scratch-path .build-simulation
	REJOINDER_TARGETS=simulation REJOINDER_SIMULATION_SEEDS=$(SEEDS) REJOINDER_SIMULATION_FIRST=$(FIRST) \
		REJOINDER_SIMULATION_THREADS=$(THREADS) swift test -c release --skip-build \
		--scratch-path .build-simulation --filter '^SimulationTests\.'

engine-mutants:
	@scripts/install-packages
	@scripts/engine-mutants

MINUTES ?= 10
RATE ?= 3
chaos:
	@scripts/install-packages tests
	CHAOS_MINUTES=$(MINUTES) CHAOS_RATE=$(RATE) \
		CHAOS_SEED=$(or $(SEED),$(shell date +%s)) REJOINDER_TEST_LIMIT=$$(($(MINUTES) * 120 + 600)) \
		scripts/test --filter '^SystemTests\.Chaos/'

RACES ?= 1000
BATCHES ?= 100000
races:
	@scripts/install-packages tests
	REJOINDER_TARGETS=races REJOINDER_RACES=$(RACES) REJOINDER_RACE_BATCHES=$(BATCHES) REJOINDER_TEST_LIMIT=20000 \
		scripts/test --filter \
		'^(EdgeTests\.CallbackRaceTests|EngineTests\.(MigrationRace|TwoNodes|FailingTimers|UnstorableData)Tests)'

SECONDS ?= 600
fuzz:
	@scripts/install-packages
	@scripts/fuzz $(SECONDS)

ROUNDS ?= 5
peers: release
	@scripts/peers/run

peers-bench: release
	@ROUNDS=$(ROUNDS) POSTS=$(POSTS) scripts/peers-bench

build:
	@scripts/install-packages
	swift build

release:
	@scripts/install-packages
	swift build -c release --product rejoinder

format:
	swift format -i --configuration .swift-format -r Package.swift Sources Tests

lint:
	swift format lint --strict --configuration .swift-format -r Package.swift Sources Tests

tsan:
	@scripts/install-packages tests
	REJOINDER_TARGETS=drivers swift build --build-tests --sanitize=thread --scratch-path .build-tsan
	REJOINDER_TARGETS=drivers scripts/within 600 swift test --skip-build --no-parallel --sanitize=thread \
		--scratch-path .build-tsan --filter DriverTests

embed:
	scripts/embed

clean:
	rm -rf .build .build-charts .build-proof .build-simulation .build-tsan
