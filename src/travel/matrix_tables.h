/*
 * matrix_tables.h
 *	  What the rows of a matrix query fill: tables for each profile, speed and instant.
 *
 * Layer   adapter: of matrix.c only.
 */
#ifndef LM_TRAVEL_MATRIX_TABLES_H
#define LM_TRAVEL_MATRIX_TABLES_H

#include "postgres.h"

#include "utils/timestamp.h"

#include "input/input.h"

/* A pair that no row has named yet; no leg is negative. */
#define LM_MATRIX_NO_ROW (-1)

/* The tables of the rows of one profile that hold from one instant on. */
typedef struct LmMatrixSlice
{
	TimestampTz at;     /* DT_NOBEGIN: no instant given */
	int32_t **times;    /* [speed_count] of the group */
	uint32_t *length32; /* until a length needs 64 bits */
	int64_t *length64;
	bool lengths_lack; /* some way has no metres */
	int32 lack_from;   /* the first such way */
	int32 lack_to;
} LmMatrixSlice;

/*
 * The tables of one profile.  The group without a profile comes first and has all
 * speeds: whether its rows hold for all vehicles is known only after the last row.
 */
typedef struct LmMatrixGroup
{
	const char *profile; /* NULL: of the group without */
	double *speeds;      /* [speed_count] distinct speed factors */
	int32 speed_count;
	bool seen; /* a row has; there is a slice */
	LmMatrixSlice *slices;
	int32 slice_count;
	int32 slice_room;
	int32 slice_last; /* of the row before: rows mostly come sorted by their instant */
	int32 *travels;   /* [speed_count] of the problem, from 1; 0: not yet; NULL: none of them */
} LmMatrixGroup;

typedef struct LmMatrixTables
{
	LmInput *input;
	MemoryContext work;
	LmMatrixGroup *groups; /* [group_count], the one without profile first */
	int32 group_count;
} LmMatrixTables;

/* lm_matrix_tables_init - a group for each profile of the vehicles, still without tables */
void lm_matrix_tables_init(LmMatrixTables *tables, LmInput *input, MemoryContext work);

/* lm_matrix_group - the group of a profile, or of rows without (NULL); NULL when no vehicle has it */
LmMatrixGroup *lm_matrix_group(const LmMatrixTables *tables, const char *profile);

/*
 * lm_matrix_slice - the slice of a row's instant, opened when it is the first of it
 *
 *	lengths		whether the query has them
 *
 * The pointer holds until the next call.
 * Faults  53200.
 */
LmMatrixSlice *lm_matrix_slice(const LmMatrixTables *tables, LmMatrixGroup *group, TimestampTz at,
                               bool lengths);

/* lm_matrix_known - whether a row has named the pair */
static inline bool
lm_matrix_known(const LmMatrixSlice *slice, size_t pair)
{
	return slice->times[0][pair] != LM_MATRIX_NO_ROW;
}

/* lm_matrix_length_store - the metres of a pair, of a slice with lengths.  Faults 53200. */
void lm_matrix_length_store(const LmMatrixTables *tables, LmMatrixSlice *slice, size_t pair,
                            double metres);

/* lm_matrix_lacking - the first slice of the group in which a way has no metres, or NULL */
const LmMatrixSlice *lm_matrix_lacking(const LmMatrixGroup *group);

/* lm_matrix_lengths_drop - no slice has lengths from here on */
void lm_matrix_lengths_drop(LmMatrixTables *tables);

/*
 * lm_matrix_travel - the travel of a vehicle, an index into problem.travels: made when it is the
 * first of its group and speed
 *
 *	group		has a slice, and all its rows
 * Faults  53200.
 */
int32 lm_matrix_travel(const LmMatrixTables *tables, int32 vehicle, LmMatrixGroup *group);

#endif /* LM_TRAVEL_MATRIX_TABLES_H */
