/*
 * snap.h
 *	  The point of the network that is nearest to a place.
 *
 * A packed R-tree of the edges' bounding boxes, made anew when a network is
 * loaded: sorted along a curve by a radix sort, a group of neighbours is a node.
 * Places that were found stay at hand, as many as there is room for: the same addresses come with each call.
 * Nothing about a place across the 180th meridian from its road.
 *
 * Layer   network, pure part: C11 and model only.
 */
#ifndef LM_NETWORK_SNAP_H
#define LM_NETWORK_SNAP_H

#include "graph/run.h"
#include "network/lines.h"

#define LM_SNAP_LEVELS 9 /* 16^8 edges are more than there may be */

typedef struct LmBox
{
	double x_low, y_low, x_high, y_high;
} LmBox;

typedef struct LmSnap
{
	int32_t edge;
	double fraction; /* of the line's length in metres: exactly 0 and 1 at its ends */
	double distance; /* metres from the place */
} LmSnap;

/* A place that was found. */
typedef struct LmSnapKnown
{
	double x, y;
	LmSnap snap;
	bool filled;
} LmSnapKnown;

typedef struct LmSnapTree
{
	const LmLines *lines;
	int32_t edge_count;
	int32_t *edges; /* [edge_count] along the curve */
	int32_t levels;
	int32_t count[LM_SNAP_LEVELS]; /* boxes of a level: of edges, of groups of 16 of them, ... */
	LmBox *boxes[LM_SNAP_LEVELS];
	LmSnapKnown *known; /* [known_count] by a hash of the coordinates */
	int32_t known_count;
} LmSnapTree;

/*
 * lm_snap_tree_new - the tree of some edges of the lines, which must outlive it
 *
 *	wanted	[edge] whether places may be put on it; edges without a line or of no length never are
 */
LmGraphStatus lm_snap_tree_new(const LmLines *lines, const bool *wanted, LmGraphRun *run,
                               LmSnapTree *tree);

/*
 * lm_snap_find - the nearest point, no farther than limit metres; false when there is none
 *
 * Of equally near edges the one of the lowest number.  Never fails otherwise.
 */
bool lm_snap_find(const LmSnapTree *tree, double x, double y, double limit, LmSnap *snap);

#endif /* LM_NETWORK_SNAP_H */
