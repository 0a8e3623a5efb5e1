/*
 * table.c
 *	  Memory of the travel tables.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "lastmile.h"
#include "travel/table.h"
#include "workers/memory.h"

#define BYTES_PER_MB (1024.0 * 1024.0)

void
lm_tables_reserve(const LmInput *input, size_t bytes)
{
	double limit = lm_max_memory_kb * 1024.0;
	double taken = (double) MemoryContextMemAllocated(input->context, true);

	if (taken + (double) bytes <= limit)
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OUT_OF_MEMORY),
	     errmsg("travel times between %d places need more than lastmile.max_memory",
	            input->problem.place_count),
	     errdetail("They need %.1f MB beside %.1f MB in use, the limit is %.1f MB.",
	               bytes / BYTES_PER_MB, taken / BYTES_PER_MB, limit / BYTES_PER_MB),
	     errhint(
			 "Plan fewer orders in one call, for example by region, or ask an administrator to raise lastmile.max_memory.")));
}

void *
lm_table_new(const LmInput *input, size_t size)
{
	size_t bytes = Max(lm_table_pairs(input), 1) * size;
	void *table = MemoryContextAllocExtended(input->context, bytes, MCXT_ALLOC_HUGE);

	lm_memory_large(table, bytes);
	return table;
}
