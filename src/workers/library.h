/*
 * library.h
 *	  Functions of PostGIS, whose library may have to be loaded.
 *
 * Layer   adapter.
 */
#ifndef LM_WORKERS_LIBRARY_H
#define LM_WORKERS_LIBRARY_H

#include "postgres.h"

#include "fmgr.h"

/*
 * lm_library_function - fmgr_info, for functions of geometry types
 *
 * The first call in a backend that loads PostGIS may take some 20 ms, in which a cancel is not heard.
 */
void lm_library_function(Oid function, FmgrInfo *info);

#endif /* LM_WORKERS_LIBRARY_H */
