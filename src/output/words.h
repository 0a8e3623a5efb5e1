/*
 * words.h
 *	  Instants, durations, lengths and amounts as people read them.
 *
 * For reasons, violations and error messages.  Instants are in the session's
 * time zone, with the date only where it is not the day of the origin.
 * Results are palloced; none of these fails.
 *
 * Layer   adapter.
 */
#ifndef LM_OUTPUT_WORDS_H
#define LM_OUTPUT_WORDS_H

#include "postgres.h"

#include "input/input.h"

/* lm_words_instant - "09:40", "09:40:05", "2026-03-02 09:40": exact to the millisecond */
char *lm_words_instant(const LmInput *input, LmTime instant);

/* lm_words_instant_beside - the same; with its date too where `beside`, which is shown with it, is of another day */
char *lm_words_instant_beside(const LmInput *input, LmTime instant, LmTime beside);

/*
 * lm_words_instant_after - the same, rounded up to minutes where that still tells it from limit
 *
 *	limit	an instant that is shown beside it; less than instant
 */
char *lm_words_instant_after(const LmInput *input, LmTime instant, LmTime limit);

/* lm_words_duration - "00:18", "26:00:05": hours, minutes, seconds where needed */
char *lm_words_duration(LmTime duration);

/* lm_words_duration_over - the same, rounded up to minutes from one minute on, else to seconds */
char *lm_words_duration_over(LmTime duration);

/* lm_words_amount - "120", "0.5" */
char *lm_words_amount(LmAmount amount);

/* lm_words_length - "120400 m", "0.25 m" */
char *lm_words_length(LmLength length);

#endif /* LM_OUTPUT_WORDS_H */
