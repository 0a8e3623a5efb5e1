/*
 * keys.h
 *	  Numbers for byte strings: ids, coordinates, names of skills.
 *
 * Layer   adapter: PostgreSQL below, no model.
 */
#ifndef LM_INPUT_KEYS_H
#define LM_INPUT_KEYS_H

#include "postgres.h"

#include "utils/palloc.h"

typedef struct LmKeys LmKeys;

/* lm_keys_new - an empty map in the context, with room for about that many keys. */
LmKeys *lm_keys_new(MemoryContext context, int32 room);

/* lm_keys_count - how many keys there are. */
int32 lm_keys_count(const LmKeys *keys);

/* lm_keys_find - the number of a key, or -1.  Never fails. */
int32 lm_keys_find(LmKeys *keys, const void *data, uint32 length);

/*
 * lm_keys_add - the number of a key, which becomes `number` when it is new
 *
 *	data	[length] bytes; copied when new
 */
int32 lm_keys_add(LmKeys *keys, const void *data, uint32 length, int32 number);

#endif /* LM_INPUT_KEYS_H */
