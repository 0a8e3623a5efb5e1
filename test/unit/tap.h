/*
 * tap.h
 *	  Test functions as lines of TAP, checks with a message of their own.
 *
 * A program lists its functions in main:
 *
 *	tap_run("limit is kept", limit_is_kept);
 *	return tap_end();
 *
 * Layer   test: C11 only.
 */
#ifndef LM_TEST_TAP_H
#define LM_TEST_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define TAP_SHOWN 8 /* failed checks of one test that are printed in full */

static int tap_tests;
static int tap_failed_tests;
static int tap_failed_checks; /* of the test that runs */
static long tap_checks;

/* EXPECT - counts a check; when it fails, prints it with a printf-like message */
#define EXPECT(condition, ...)                                       \
	do                                                               \
	{                                                                \
		tap_checks++;                                                \
		if (!(condition) && tap_failed_checks++ < TAP_SHOWN)         \
		{                                                            \
			printf("# %s:%d: %s: ", __FILE__, __LINE__, #condition); \
			printf(__VA_ARGS__);                                     \
			printf("\n");                                            \
			fflush(stdout);                                          \
		}                                                            \
	} while (0)

static inline void
tap_run(const char *name, void (*test)(void))
{
	long before = tap_checks;

	tap_failed_checks = 0;
	test();
	/* a test that checked nothing has not passed */
	if (tap_checks == before)
		tap_failed_checks = 1;
	tap_tests++;
	tap_failed_tests += tap_failed_checks > 0;
	printf("%s %d - %s (%ld checks", tap_failed_checks > 0 ? "not ok" : "ok", tap_tests, name,
	       tap_checks - before);
	if (tap_failed_checks > 0)
		printf(", %d failed", tap_failed_checks);
	printf(")\n");
	fflush(stdout);
}

static inline int
tap_end(void)
{
	printf("1..%d\n", tap_tests);
	return tap_failed_tests > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif /* LM_TEST_TAP_H */
