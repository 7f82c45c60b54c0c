-- Moves due items to the queue, under each lane's token bucket and its limit of running items, over
-- all processes. $1: the lanes to look at, null for all. The lane's row lock lets one releaser per
-- lane work at a time; running items are counted from rows, so a crash leaks nothing; `released is
-- null` is checked again at the update; items are locked with `skip locked`, else a wake and a
-- release deadlock. Urgent items (prio 9) go first.
with bucket as (
    select name, max_running,
           least(burst, tokens + rate * extract(epoch from clock_timestamp() - refilled)) as available
    from lane
    where not paused
      and ($1::text[] is null or name = any($1))
      and least(burst, tokens + rate * extract(epoch from clock_timestamp() - refilled)) >= 1
      and exists (select 1 from item
                  where item.lane = lane.name and item.released is null and item.due <= now())
    for update skip locked
),
room as (
    select name, available,
           greatest(0, floor(least(available, max_running - (
               select count(*) from item
               where item.lane = bucket.name and item.released is not null))))::int as places
    from bucket
),
pick as (
    select chosen.id
    from room
    cross join lateral (
        select id from (
            select id from item
            where item.lane = room.name and item.released is null and item.prio = 9
              and item.due <= now()
            order by due limit room.places for update skip locked) as urgent
        union all
        select id from (
            select id from item
            where item.lane = room.name and item.released is null and item.prio = 0
              and item.due <= now()
            order by due limit room.places for update skip locked) as bulk
        limit room.places
    ) as chosen
),
moved as (
    update item set released = now() from pick
    where item.id = pick.id and item.released is null
    returning item.id, item.lane, item.prio, item.tick
),
paid as (
    update lane
    set tokens = room.available - (select count(*) from moved where moved.lane = room.name),
        refilled = clock_timestamp()
    from room
    where lane.name = room.name and room.places > 0
)
select id, prio, tick from moved
