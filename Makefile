# lastmile: PGXS build.  `make && sudo make install`; every target is listed in README.md, "Development".

EXTENSION  = lastmile
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(EXTENSION).control)

# Pure C11: compiled a second time by `make unit`, without PostgreSQL's include path.
CORE_SOURCES = $(sort $(wildcard src/model/*.c src/solver/*.c src/graph/*.c) \
	$(wildcard src/check/judge*.c src/why/relax*.c src/input/ewkb.c \
	src/network/lines.c src/network/snap.c src/network/component.c src/network/roads.c \
	src/network/patch.c src/network/known.c))
SOURCES = $(sort $(wildcard src/*.c src/*/*.c))
OWN_HEADERS = $(sort $(wildcard src/*.h src/*/*.h))

# Load order.  Everything here but a tables.sql may run again in an upgrade (sql/README.md).
SQL_MODULES = \
	src/lastmile.sql \
	src/plan/plan.sql \
	src/workers/progress.sql \
	src/check/check.sql \
	src/quote/quote.sql \
	src/why/why.sql \
	src/network/tables.sql \
	src/network/network.sql

MODULE_big   = lastmile
OBJS         = $(SOURCES:.c=.o)
DATA_built   = $(EXTENSION)--$(EXTVERSION).sql
DATA         = $(wildcard sql/updates/*--*.sql)
PG_CPPFLAGS  = -Isrc -DLM_VERSION='"$(EXTVERSION)"'
# A call from one of our files to another is direct, not through the table by which another library
# could replace it: 7 % more iterations a second.
PG_CFLAGS    = -O3 -fno-semantic-interposition -ffp-contract=off -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
SHLIB_LINK   = -lm -Wl,-Bsymbolic-functions
REGRESS      = $(patsubst sql/%.sql,%,$(sort $(wildcard sql/*.sql)))
REGRESS_OPTS = --load-extension=postgis --load-extension=$(EXTENSION)
EXTRA_CLEAN  = build $(EXTENSION)--*.sql

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(DATA_built): $(SQL_MODULES) $(EXTENSION).control
	cat $(SQL_MODULES) > $@

# PGXS tracks no header dependencies; without this a changed struct links stale objects.
$(OBJS) $(OBJS:.o=.bc): $(OWN_HEADERS) Makefile $(EXTENSION).control

# ---------------------------------------------------------------------------------------------
# unit: each test/unit/*.c is a program of its own, linked with the core under sanitizers.

UNIT_CC     ?= $(CC)
UNIT_CFLAGS  = -std=c11 -pedantic -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Isrc -Itest/unit
UNIT_CORE    = $(CORE_SOURCES:%.c=build/unit/%.o)
UNIT_RUNS    = $(patsubst test/unit/%.c,build/unit/%,$(sort $(wildcard test/unit/*.c)))

$(UNIT_CORE): build/unit/%.o: %.c $(OWN_HEADERS) Makefile
	@mkdir -p $(@D)
	$(UNIT_CC) $(UNIT_CFLAGS) -c $< -o $@

$(UNIT_RUNS): build/unit/%: test/unit/%.c $(UNIT_CORE) $(wildcard test/unit/*.h)
	$(UNIT_CC) $(UNIT_CFLAGS) $< $(UNIT_CORE) -lm -o $@

unit: $(UNIT_RUNS)
	@test -n "$(UNIT_RUNS)" || { echo "unit: test/unit holds no program" >&2; exit 1; }
	@failed=; for run in $(UNIT_RUNS); do echo "# $$run"; $$run || failed="$$failed $$run"; done; \
	if [ -n "$$failed" ]; then echo "unit: failed:$$failed" >&2; exit 1; fi

# ---------------------------------------------------------------------------------------------
# fuzz: each test/fuzz/*.c is a libFuzzer target, linked with the core under sanitizers. Corpora and
# the inputs that failed are in build/fuzz.  FUZZ_SEED=0 makes every run another one; a target alone:
#
#	make fuzz-solve FUZZ_RUNS=1000000 FUZZ_SEED=0
#	build/fuzz/solve build/fuzz/solve-crash-...

FUZZ_CC     ?= $(firstword $(shell command -v clang-14 clang 2>/dev/null))
FUZZ_RUNS   ?= 10000
FUZZ_SEED   ?= 1
FUZZ_COVER   = -fsanitize-coverage=inline-8bit-counters,pc-table
FUZZ_CFLAGS  = -std=c11 -pedantic -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all -Isrc -Itest/unit
FUZZ_STRICT  = $(wildcard test/fuzz/strict/*.c)	# in place of those of the same name in src/model
FUZZ_CORE    = $(patsubst %.c,build/fuzz/%.o,$(FUZZ_STRICT) \
	$(filter-out $(FUZZ_STRICT:test/fuzz/strict/%=src/model/%),$(CORE_SOURCES)))
FUZZ_TARGETS = $(patsubst test/fuzz/%.c,%,$(sort $(wildcard test/fuzz/*.c)))
FUZZ_LIMITS  = -len_control=0 -timeout=20 -rss_limit_mb=1024
# Bytes of an input: what it takes to roll the largest problem.
FUZZ_BYTES   = 2048
FUZZ_BYTES_ewkb = 96
FUZZ_BYTES_roads = 320
FUZZ_BYTES_geodesic = 128
FUZZ_BYTES_graph_image = 1024

$(FUZZ_CORE): build/fuzz/%.o: %.c $(OWN_HEADERS) Makefile
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) $(FUZZ_COVER) -c $< -o $@

# The bytes are dice: comparing them with constants leads nowhere, and costs a third of the time.
$(FUZZ_TARGETS:%=build/fuzz/%): build/fuzz/%: test/fuzz/%.c $(FUZZ_CORE) \
		$(wildcard test/fuzz/*.h test/unit/*.h)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer -fno-sanitize-coverage=trace-cmp $< $(FUZZ_CORE) -lm -o $@

ifeq ($(FUZZ_CC),)
fuzz fuzz-build $(FUZZ_TARGETS:%=fuzz-%):
	@echo "$@: skipped, there is no clang"
else
fuzz-build: $(FUZZ_TARGETS:%=build/fuzz/%)

$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: build/fuzz/%
	@mkdir -p build/fuzz/corpus/$*
	@build/fuzz/$* -runs=$(FUZZ_RUNS) -seed=$(FUZZ_SEED) $(FUZZ_LIMITS) \
		-max_len=$(or $(FUZZ_BYTES_$*),$(FUZZ_BYTES)) -entropic=0 -print_final_stats=1 \
		-artifact_prefix=build/fuzz/$*- build/fuzz/corpus/$* >build/fuzz/$*.log 2>&1 || \
		{ grep -v '^#[0-9]\|NEW_FUNC' build/fuzz/$*.log >&2; exit 1; }
	@echo "fuzz: $* $(FUZZ_RUNS) executions"

fuzz: $(FUZZ_TARGETS:%=fuzz-%)
endif

# ---------------------------------------------------------------------------------------------
# check-symbols: a backend has one namespace for all libraries; everything of ours says so. The objects
# are asked too: what a later compiler's default hides in the library is still not static.

check-symbols: all
	@foreign=$$({ nm -D --defined-only lastmile$(DLSUFFIX); nm -g --defined-only $(OBJS); } | awk 'NF == 3 { print $$3 }' | sort -u \
		| grep -vE '^(lm_|lastmile_|pg_finfo_lastmile_|Pg_magic_func$$|_PG_init$$)'); \
	if [ -n "$$foreign" ]; then echo "symbols outside the prefix:" $$foreign >&2; exit 1; fi
	@echo "check-symbols: all symbols carry the prefix"

# check-layers: features -> input, travel, output, workers -> solver, graph -> model.
# Each line: the files, then the #include lines they may have.  Of network/ the networks that are there
# are an adapter, which travel and output use; the verbs that make them are a feature.

NETWORK_KEPT  = cache component jam known lines network patch roads snap store track
NETWORK_VERBS = $(filter-out $(NETWORK_KEPT),$(sort $(basename $(notdir $(wildcard src/network/*.[ch])))))
EMPTY =
FEATURES = (plan|check|why|quote|eta|live|insight)/|network/($(subst $(EMPTY) ,|,$(NETWORK_VERBS)))[.]

check-layers:
	@wrong=; \
	allow() \
	{ \
		for file in $$1; do \
			found=$$(grep -nE '^[[:space:]]*#[[:space:]]*include' "$$file" \
				| grep -vE "include[[:space:]]+($$2)" | sed "s|^|$$file:|"); \
			[ -z "$$found" ] || wrong="$$wrong$$found\n"; \
		done; \
	}; \
	c11='<(assert|complex|ctype|errno|float|inttypes|limits|math|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|time)[.]h>'; \
	allow "$(wildcard src/model/*.[ch])" "$$c11|\"model/"; \
	allow "$(wildcard src/solver/*.[ch])" "$$c11|\"(solver|model)/"; \
	allow "$(wildcard src/graph/*.[ch])" "$$c11|<immintrin[.]h>|\"(graph|model)/"; \
	allow "$(CORE_SOURCES)" "$$c11|<immintrin[.]h>|\"(graph|solver|model|travel|check|why|network)/|\"input/ewkb[.]h\""; \
	deny() \
	{ \
		for file in $$1; do \
			found=$$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]+\"($$2)" "$$file" \
				| sed "s|^|$$file:|"); \
			[ -z "$$found" ] || wrong="$$wrong$$found\n"; \
		done; \
	}; \
	for layer in input travel output workers; do \
		deny "$$(ls src/$$layer/*.[ch] 2>/dev/null)" "$(FEATURES)"; \
	done; \
	deny "$(wildcard $(NETWORK_KEPT:%=src/network/%.[ch]))" "$(FEATURES)"; \
	deny "$(wildcard src/check/*.[ch])" "solver/"; \
	if [ -n "$$wrong" ]; then printf "includes against the dependency rule (src/README.md):\n$$wrong" >&2; exit 1; fi
	@echo "check-layers: includes follow the dependency rule"

FORMATTED = $(SOURCES) $(OWN_HEADERS) $(sort $(wildcard test/unit/*.[ch] test/fuzz/*.[ch] test/fuzz/*/*.[ch]))
CLANG_FORMAT ?= clang-format

check-format:
	$(CLANG_FORMAT) --dry-run -Werror $(FORMATTED)

format:
	$(CLANG_FORMAT) -i $(FORMATTED)

.PHONY: unit fuzz fuzz-build $(FUZZ_TARGETS:%=fuzz-%) check-symbols check-layers check-format format
