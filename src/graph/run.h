/*
 * run.h
 *	  What every verb of graph/ is given: memory, when to stop, and what it answers.
 *
 * Layer   graph: C11 and model only.
 */
#ifndef LM_GRAPH_RUN_H
#define LM_GRAPH_RUN_H

#include "model/arena.h"

typedef enum LmGraphStatus
{
	LM_GRAPH_OK,
	LM_GRAPH_CANCELLED, /* should_stop said so; no result */
	LM_GRAPH_NO_MEMORY, /* the arena refused; no result */
	LM_GRAPH_INVALID,   /* an argument is outside the range its header states */
	LM_GRAPH_CORRUPT    /* a stored image is not one that was written here */
} LmGraphStatus;

/* Which of the processor's registers the inner loops use; all give the same results. */
typedef enum LmWide
{
	LM_WIDE_BEST, /* the widest there are */
	LM_WIDE_PLAIN,
	LM_WIDE_AVX2,
	LM_WIDE_AVX512,
	LM_WIDE_END
} LmWide;

typedef struct LmGraphRun
{
	LmArena *arena;                     /* results live here, scratch beside it */
	bool (*should_stop)(void *context); /* polled at least every 5 ms; NULL: never stops */
	void *context;
	int64_t work; /* since the last poll; 0 at the start */
	LmWide wide;  /* LM_WIDE_BEST but in tests */
} LmGraphRun;

/* A unit of work is a memory access or two; this many take well below a millisecond. */
#define LM_GRAPH_POLL_WORK 50000

/* Loops over an array that do little at each place report after so many of them. */
#define LM_GRAPH_STRIDE 1024

/* lm_graph_stops - counts work done; true when should_stop, asked now and then, says so. */
static inline bool
lm_graph_stops(LmGraphRun *run, int64_t work)
{
	run->work += work;
	if (run->work < LM_GRAPH_POLL_WORK)
		return false;
	/* should_stop may look at it */
	if (run->should_stop != NULL && run->should_stop(run->context))
		return true;
	run->work = 0;
	return false;
}

/* lm_wide_choose - what is wanted if the processor has it, else the widest it has.  Never BEST. */
LmWide lm_wide_choose(LmWide wanted);

/*
 * lm_graph_scratch - an arena for one call, charged to run->arena while it is open
 *
 * lm_graph_scratch_drop gives its blocks back and takes the charge away.  Neither fails.
 */
void lm_graph_scratch(LmGraphRun *run, LmArena *scratch);
void lm_graph_scratch_drop(LmGraphRun *run, LmArena *scratch);

#endif /* LM_GRAPH_RUN_H */
