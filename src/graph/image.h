/*
 * image.h
 *	  Hierarchies and metrics as bytes, to be stored and read again.
 *
 * Of a hierarchy only the graph and the ranks are kept: its links follow from
 * them in a fraction of the time the order takes, and no byte that was changed can
 * make them anything but the links of some graph.  An image is read by the build
 * that wrote it or by none: another version, another byte order, bytes that were
 * changed or cut off are CORRUPT, and the network is made anew from its edges.
 *
 * Layer   graph: C11 and model only.
 * Memory  A hierarchy's image takes 36 bytes an edge, and 4 a vertex; a metric's
 *		   16.25 a link and 8 an edge.
 */
#ifndef LM_GRAPH_IMAGE_H
#define LM_GRAPH_IMAGE_H

#include "graph/weights.h"

/*
 * lm_image_checksum - a hash of 8-byte words in four lanes
 *
 * What is read from a disk is checked in a small part of the time reading takes. What is left of an
 * odd number of 4-byte elements counts as a word with zeroes.  Never fails.
 */
uint64_t lm_image_checksum(const void *bytes, size_t size, uint64_t seed);

/* lm_hierarchy_image_size, lm_metric_image_size - bytes an image takes.  Never fail. */
size_t lm_hierarchy_image_size(const LmHierarchy *hierarchy);
size_t lm_metric_image_size(const LmHierarchy *hierarchy);

/* lm_hierarchy_image_write, lm_metric_image_write - fill that many bytes.  Never fail. */
void lm_hierarchy_image_write(const LmHierarchy *hierarchy, void *bytes);
void lm_metric_image_write(const LmHierarchy *hierarchy, const LmMetric *metric, void *bytes);

/*
 * lm_hierarchy_image_read, lm_metric_image_read - what an image is of, copied to run->arena
 *
 *	bytes	aligned as int64_t is
 *
 * A metric belongs to the hierarchy it was made on; on another one it is CORRUPT.
 */
LmGraphStatus lm_hierarchy_image_read(const void *bytes, size_t size, LmGraphRun *run,
                                      LmHierarchy *hierarchy);
LmGraphStatus lm_metric_image_read(const void *bytes, size_t size, const LmHierarchy *hierarchy,
                                   LmGraphRun *run, LmMetric *metric);

#endif /* LM_GRAPH_IMAGE_H */
