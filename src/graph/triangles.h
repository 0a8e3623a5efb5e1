/*
 * triangles.h
 *	  The inner loops of customization: triangles of a low rank, a group of middle ones, and all
 *	  high ones.
 *
 * Taking a group of middle ranks at a time reads a low rank's links once for all of them, and puts what is
 * known of a high rank side by side.
 *
 * Layer   graph: C11 only.
 */
#ifndef LM_GRAPH_TRIANGLES_H
#define LM_GRAPH_TRIANGLES_H

#include "graph/weights.h"

/* A link of each member of a group, to the same rank. */
typedef struct LmGroupWays
{
	LmLinkWays of[LM_GROUP];
} LmGroupWays;

/*
 * Both loops get the links of a low rank to its higher ones, heads[i] and links[i], and what it
 * takes from the low rank to each member and back: LM_WAY_NONE for those it is not linked to.
 * middle[rank] has the members' links to that rank.
 */
typedef struct LmTriangles
{
	/* middle[heads[i]].of[m] = least of itself and the ways through the low rank. */
	void (*lower)(LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links, int32_t count,
	              const LmGroupWays *ways);

	/*
	 * around[i] = least of itself and the ways to and from the high rank by a member; least->of[m]
	 * = least of itself and the ways to and from the member by a high rank.
	 */
	void (*upper)(const LmGroupWays *middle, const int32_t *heads, const LmLinkWays *links,
	              LmLinkWays *around, int32_t count, const LmGroupWays *ways, LmGroupWays *least);
} LmTriangles;

/* lm_triangles - the loops for lm_wide_choose(wide) */
LmTriangles lm_triangles(LmWide wide);

#endif /* LM_GRAPH_TRIANGLES_H */
