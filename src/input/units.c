/*
 * units.c
 *	  Rows become groups of alternatives, groups become the ends of shipments.
 *
 * A group is one row, or all rows that share option_of; its rows are in the order of their ids' own
 * type, so that the first of them speaks for it.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "input/units.h"

#define NOUN "orders"

typedef struct LmGroup
{
	int32 first;   /* into rows */
	int32 count;   /* of them those that can be read, the others are left aside; 0: none can */
	int32 speaker; /* draft: the lowest of those that can be read, else the lowest */
	int32 mate;    /* group at the other end of its shipment; -1: none */
	bool tail;     /* where the goods are dropped */
	const char *shipment; /* NULL: none */
} LmGroup;

struct LmBinding
{
	LmGroup *groups; /* [group_count] */
	int32 group_count;
	int32 *rows;     /* drafts, by group and then by id */
	int32 *group_of; /* [order_ids.count] of drafts */
};

static void
spoil(const LmReader *reader, LmOrderDraft *draft, const char *wrong)
{
	if (draft->bad == NULL)
		draft->bad = lm_text_keep(reader->keep, wrong);
}

/* Makes all rows of a group bad; the lowest says so. */
static void
group_spoil(const LmReader *reader, struct LmBinding *binding, LmGroup *group, const char *wrong)
{
	for (int32 i = 0; i < group->count; i++)
		spoil(reader, &reader->orders[binding->rows[group->first + i]], wrong);
	group->count = 0;
}

/* Groups of the rows, each group's rows together and in the order of their ids. */
static void
groups_make(LmReader *reader, struct LmBinding *binding)
{
	int32 count = reader->order_ids.count;
	int32 *by_type = lm_ids_by_type(&reader->order_ids);
	LmKeys *options = lm_keys_new(CurrentMemoryContext, 16);
	int32 *sizes = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));
	int32 at = 0;

	for (int32 i = 0; i < count; i++)
	{
		const LmOrderDraft *draft = &reader->orders[by_type[i]];
		int32 group = binding->group_count;

		CHECK_FOR_INTERRUPTS();
		if (draft->option != NULL)
			group = lm_keys_add(options, draft->option, strlen(draft->option), group);
		if (group == binding->group_count)
			sizes[binding->group_count++] = 0;
		binding->group_of[by_type[i]] = group;
		sizes[group]++;
	}
	binding->groups = lm_huge_alloc(CurrentMemoryContext, binding->group_count, sizeof(LmGroup));
	for (int32 group = 0; group < binding->group_count; group++)
	{
		binding->groups[group] = (LmGroup){.first = at, .mate = -1};
		at += sizes[group];
		sizes[group] = 0;
	}
	for (int32 i = 0; i < count; i++)
	{
		int32 group = binding->group_of[by_type[i]];

		binding->rows[binding->groups[group].first + sizes[group]++] = by_type[i];
	}
	for (int32 group = 0; group < binding->group_count; group++)
		binding->groups[group].count = sizes[group];
}

/* Puts the rows that can be read first and leaves the others aside. */
static void
group_settle(LmReader *reader, struct LmBinding *binding, LmGroup *group)
{
	int32 *rows = &binding->rows[group->first];
	int32 size = group->count;
	int32 good = 0;
	const LmOrderDraft *speaker;

	for (int32 i = 0; i < size; i++)
	{
		int32 row = rows[i];

		if (reader->orders[row].bad != NULL)
			continue;
		memmove(&rows[good + 1], &rows[good], sizeof(int32) * (i - good));
		rows[good++] = row;
	}
	group->count = good;
	group->speaker = rows[0];
	speaker = &reader->orders[rows[0]];
	group->shipment = speaker->shipment;
	group->tail = speaker->kind == LM_DELIVERY;
	for (int32 i = 1; i < size; i++)
	{
		LmOrderDraft *draft = &reader->orders[rows[i]];

		draft->quiet = true;
		/* what is left out costs what the first of them says */
		draft->skip_cost = speaker->skip_cost;
		if (good == 0 || i < good)
			continue;
		ereport(WARNING,
		        (errcode(ERRCODE_WARNING),
		         errmsg("order \"%s\" is left aside: %s", draft->id, draft->bad),
		         errdetail("It is one of the alternatives of option_of \"%s\".", draft->option)));
	}
	for (int32 i = 1; i < good; i++)
	{
		const LmOrderDraft *draft = &reader->orders[rows[i]];
		const char *one = speaker->shipment != NULL ? speaker->shipment : "";
		const char *other = draft->shipment != NULL ? draft->shipment : "";

		if ((speaker->shipment == NULL) != (draft->shipment == NULL) || strcmp(one, other) != 0)
		{
			group_spoil(reader, binding, group,
			            psprintf("alternatives \"%s\" and \"%s\" differ in shipment_id",
			                     speaker->id, draft->id));
			return;
		}
		if (speaker->shipment != NULL && speaker->kind != draft->kind)
		{
			group_spoil(reader, binding, group,
			            psprintf("alternatives \"%s\" and \"%s\" of a shipment differ in kind",
			                     speaker->id, draft->id));
			return;
		}
	}
}

/* Thousandths of a demand, as the problem will have them. */
static double
demand_rounded(const LmOrderDraft *draft, int32 dimension)
{
	return dimension < draft->demand_count ? round(draft->demand[dimension] * 1000) : 0;
}

static bool
demand_equal(const LmOrderDraft *one, const LmOrderDraft *other)
{
	for (int32 i = 0; i < Max(one->demand_count, other->demand_count); i++)
	{
		if (demand_rounded(one, i) != demand_rounded(other, i))
			return false;
	}
	return true;
}

/* All rows of both ends carry the same: what one of them says. */
static void
demand_join(LmReader *reader, struct LmBinding *binding, LmGroup *head, LmGroup *tail)
{
	LmGroup *ends[2] = {head, tail};
	const LmOrderDraft *said = NULL;

	for (int end = 0; end < 2; end++)
		for (int32 i = 0; i < ends[end]->count; i++)
		{
			const LmOrderDraft *draft = &reader->orders[binding->rows[ends[end]->first + i]];

			if (draft->demand_count < 0)
				continue;
			if (said != NULL && !demand_equal(said, draft))
			{
				const char *wrong = psprintf("demand of \"%s\" and \"%s\" differs, though they are "
				                             "rows of one shipment",
				                             said->id, draft->id);

				group_spoil(reader, binding, head, wrong);
				group_spoil(reader, binding, tail, wrong);
				return;
			}
			if (said == NULL)
				said = draft;
		}
	for (int end = 0; end < 2 && said != NULL; end++)
		for (int32 i = 0; i < ends[end]->count; i++)
		{
			LmOrderDraft *draft = &reader->orders[binding->rows[ends[end]->first + i]];

			draft->demand_count = said->demand_count;
			draft->demand = said->demand;
		}
}

/* What the groups that share a shipment_id are. */
typedef struct LmEnds
{
	int32 heads;
	int32 tails;
	int32 head; /* the last of them */
	int32 tail;
	int32 dead; /* a group that cannot be read; -1: none */
} LmEnds;

static void
shipments_join(LmReader *reader, struct LmBinding *binding)
{
	LmKeys *shipments = lm_keys_new(CurrentMemoryContext, 16);
	LmEnds *ends = lm_huge_alloc(CurrentMemoryContext, binding->group_count, sizeof(LmEnds));
	int32 *shipment_of = lm_huge_alloc(CurrentMemoryContext, binding->group_count, sizeof(int32));

	for (int32 g = 0; g < binding->group_count; g++)
	{
		const LmGroup *group = &binding->groups[g];
		int32 known = lm_keys_count(shipments);
		LmEnds *end;

		CHECK_FOR_INTERRUPTS();
		shipment_of[g] = -1;
		if (group->shipment == NULL)
			continue;
		shipment_of[g] = lm_keys_add(shipments, group->shipment, strlen(group->shipment), known);
		end = &ends[shipment_of[g]];
		if (shipment_of[g] == known)
			*end = (LmEnds){.dead = -1};
		if (group->tail)
			end->tail = g;
		else
			end->head = g;
		end->heads += !group->tail;
		end->tails += group->tail;
		if (group->count == 0)
			end->dead = g;
	}
	for (int32 g = 0; g < binding->group_count; g++)
	{
		LmGroup *group = &binding->groups[g];
		const LmEnds *end;

		if (shipment_of[g] < 0)
			continue;
		end = &ends[shipment_of[g]];
		if (end->heads != 1 || end->tails != 1)
			group_spoil(reader, binding, group,
			            psprintf("shipment_id \"%s\" joins %d %s and %d %s, not one of each",
			                     group->shipment, end->heads,
			                     end->heads == 1 ? "pickup" : "pickups", end->tails,
			                     end->tails == 1 ? "delivery" : "deliveries"));
		else if (end->dead >= 0)
			group_spoil(reader, binding, group,
			            psprintf("order \"%s\" of the same shipment is a bad row",
			                     reader->orders[binding->groups[end->dead].speaker].id));
		else
			group->mate = group->tail ? end->head : end->tail;
	}
	for (int32 g = 0; g < binding->group_count; g++)
		if (binding->groups[g].mate >= 0 && !binding->groups[g].tail)
			demand_join(reader, binding, &binding->groups[g],
			            &binding->groups[binding->groups[g].mate]);
}

void
lm_units_bind(LmReader *reader)
{
	int32 count = reader->order_ids.count;
	struct LmBinding *binding;
	bool any = false;
	LmQueryFrame frame;

	for (int32 row = 0; row < reader->order_count && !any; row++)
		any = reader->orders[row].shipment != NULL || reader->orders[row].option != NULL;
	if (!any)
		return;
	for (int32 row = count; row < reader->order_count; row++)
	{
		if (reader->orders[row].shipment != NULL)
			spoil(reader, &reader->orders[row], "a candidate is one order, shipment_id joins two");
	}
	lm_query_enter(&frame, reader->request->function, NOUN);
	binding = palloc0(sizeof(struct LmBinding));
	binding->rows = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));
	binding->group_of = lm_huge_alloc(CurrentMemoryContext, count, sizeof(int32));
	groups_make(reader, binding);
	for (int32 group = 0; group < binding->group_count; group++)
		group_settle(reader, binding, &binding->groups[group]);
	shipments_join(reader, binding);
	reader->binding = binding;
	lm_query_leave(&frame);
}

/* The orders of a group as members of a unit; returns how many. */
static int32
members_add(const LmReader *reader, const LmGroup *group, const int32 *order_of, int32 unit,
            int32 at)
{
	LmProblem *problem = &reader->input->problem;

	for (int32 i = 0; i < group->count; i++)
	{
		int32 order = order_of[reader->binding->rows[group->first + i]];

		problem->members[at + i] = order;
		problem->orders[order].unit = unit;
		if (group->mate >= 0)
			problem->orders[order].kind = group->tail ? LM_DROP : LM_COLLECT;
	}
	return group->count;
}

/* What a unit says as a whole, on all its members. */
static void
unit_value(const LmReader *reader, const LmUnit *unit, const LmGroup *head, const LmGroup *tail)
{
	LmProblem *problem = &reader->input->problem;
	const LmOrderDraft *speaker = &reader->orders[head->speaker];
	int32 priority = speaker->priority;
	bool optional = !isnan(speaker->skip_cost);
	double skip_cost = optional ? speaker->skip_cost : 0;

	if (tail != NULL)
	{
		speaker = &reader->orders[tail->speaker];
		priority = Max(priority, speaker->priority);
		optional |= !isnan(speaker->skip_cost);
		skip_cost += isnan(speaker->skip_cost) ? 0 : speaker->skip_cost;
	}
	for (int32 i = 0; i < unit->heads + unit->tails; i++)
	{
		LmOrder *order = &problem->orders[problem->members[unit->first + i]];

		order->priority = priority;
		order->optional = optional;
		order->skip_cost = i == 0 ? skip_cost : 0;
	}
}

void
lm_units_finish(LmReader *reader, const int32 *order_of)
{
	LmProblem *problem = &reader->input->problem;
	const struct LmBinding *binding = reader->binding;
	int32 at = 0;
	bool several = false;

	for (int32 g = 0; binding != NULL && g < binding->group_count; g++)
		several |= binding->groups[g].count > 1 ||
		           (binding->groups[g].count > 0 && binding->groups[g].mate >= 0);
	if (!several)
		return;
	problem->units = lm_huge_alloc(reader->keep, problem->order_count, sizeof(LmUnit));
	problem->members = lm_huge_alloc(reader->keep, problem->order_count, sizeof(int32_t));
	for (int32 g = 0; g < binding->group_count; g++)
	{
		const LmGroup *group = &binding->groups[g];
		const LmGroup *tail = group->mate >= 0 ? &binding->groups[group->mate] : NULL;
		LmUnit *unit = &problem->units[problem->unit_count];

		CHECK_FOR_INTERRUPTS();
		if (group->count == 0 || (tail != NULL && group->tail))
			continue;
		*unit = (LmUnit){.first = at};
		unit->heads = members_add(reader, group, order_of, problem->unit_count, at);
		at += unit->heads;
		if (tail != NULL)
			unit->tails = members_add(reader, tail, order_of, problem->unit_count, at);
		at += unit->tails;
		unit_value(reader, unit, group, tail);
		problem->unit_count++;
	}
	for (int32 row = reader->order_ids.count; row < reader->order_count; row++)
	{
		/* a candidate, served for itself */
		if (order_of[row] < 0)
			continue;
		problem->units[problem->unit_count] = (LmUnit){.first = at, .heads = 1};
		problem->members[at++] = order_of[row];
		problem->orders[order_of[row]].unit = problem->unit_count++;
	}
}
