/*
 * keys.c
 *	  A hash table of byte strings.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "input/keys.h"
#include "workers/memory.h"

typedef struct Key
{
	const void *data;
	uint32 length;
} Key;

typedef struct KeyEntry
{
	Key key;
	uint32 hash;
	int32 number;
	char status;
} KeyEntry;

static inline uint32
key_hash(Key key)
{
	return hash_bytes(key.data, (int) key.length);
}

static inline bool
key_equal(Key a, Key b)
{
	return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

#define SH_PREFIX keytable
#define SH_ELEMENT_TYPE KeyEntry
#define SH_KEY_TYPE Key
#define SH_KEY key
#define SH_HASH_KEY(table, key) key_hash(key)
#define SH_EQUAL(table, a, b) key_equal(a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct LmKeys
{
	MemoryContext context;
	keytable_hash *table;
};

LmKeys *
lm_keys_new(MemoryContext context, int32 room)
{
	LmKeys *keys = MemoryContextAlloc(context, sizeof(LmKeys));

	keys->context = context;
	keys->table = keytable_create(context, (uint32) Max(room, 16), NULL);
	return keys;
}

int32
lm_keys_count(const LmKeys *keys)
{
	return (int32) keys->table->members;
}

int32
lm_keys_find(LmKeys *keys, const void *data, uint32 length)
{
	KeyEntry *entry = keytable_lookup(keys->table, (Key){data, length});

	return entry != NULL ? entry->number : -1;
}

int32
lm_keys_add(LmKeys *keys, const void *data, uint32 length, int32 number)
{
	bool found;
	KeyEntry *entry;

	/* the table is about to double */
	if (keys->table->members >= keys->table->grow_threshold)
		lm_memory_reserve(keys->context, 2 * (Size) keys->table->size * sizeof(KeyEntry));
	entry = keytable_insert(keys->table, (Key){data, length}, &found);
	if (!found)
	{
		void *copy = MemoryContextAlloc(keys->context, length);

		memcpy(copy, data, length);
		entry->key.data = copy;
		entry->number = number;
	}
	return entry->number;
}
