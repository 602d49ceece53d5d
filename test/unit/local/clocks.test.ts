import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Activity } from '#local/activity.ts';
import { FlowingClock } from '#local/clocks/flowing-clock.ts';
import { VirtualClock } from '#local/clocks/virtual-clock.ts';

const start = Date.parse('2020-10-05T01:00:00Z');
const minute = 60_000;

describe('virtual time', () => {
  let activity: Activity;
  let clock: VirtualClock;
  let fired: string[];
  const settled = (): Promise<void> => activity.whenIdle();
  const note = (name: string) => () => {
    fired.push(`${name} at ${(clock.now() - start) / minute}`);
  };
  beforeEach(() => {
    activity = new Activity();
    clock = new VirtualClock(start, activity);
    fired = [];
  });

  it('stands still until it is moved, and says where it goes', async () => {
    const moves: number[] = [];
    clock = new VirtualClock(start, activity, (now) => moves.push(now));
    clock.at(start + minute, note('one'));
    expect(clock.now()).toBe(start);
    await clock.advanceTo(start + 2 * minute, settled);
    expect(clock.now()).toBe(start + 2 * minute);
    expect(moves).toEqual([start + minute, start + 2 * minute]);
  });

  it('fires timers in the order of their due times, at equal times in that of their making', async () => {
    clock.at(start + 2 * minute, note('b'));
    clock.at(start + minute, note('a'));
    clock.at(start + 2 * minute, note('c'));
    await clock.advanceTo(start + 5 * minute, settled);
    expect(fired).toEqual(['a at 1', 'b at 2', 'c at 2']);
  });

  it('fires what timers set on the way, and waits for what they began before it continues', async () => {
    clock.at(start + minute, () => {
      void activity.during(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        note('slow work')();
        clock.at(start + 2 * minute, note('set on the way'));
      });
    });
    clock.at(start + 3 * minute, note('last'));
    await clock.advanceTo(start + 3 * minute, settled);
    expect(fired).toEqual(['slow work at 1', 'set on the way at 2', 'last at 3']);
  });

  it('fires no timer that was called off, and none beyond the time it goes to', async () => {
    clock.at(start + minute, note('called off')).cancel();
    clock.at(start + 3 * minute, note('later'));
    await clock.advanceTo(start + 2 * minute, settled);
    expect(fired).toEqual([]);
    expect(clock.nextTimer()).toBe(start + 3 * minute);
  });

  it('fires a timer that is due already, without being moved', async () => {
    clock.at(start - minute, note('past'));
    await settled();
    expect(fired).toEqual(['past at 0']);
  });

  it('never goes back', async () => {
    await clock.advanceTo(start + 2 * minute, settled);
    await clock.advanceTo(start + minute, settled);
    expect(clock.now()).toBe(start + 2 * minute);
  });

  it('passes over schedules and fires each once on arrival', async () => {
    const again = (): void => {
      note('schedule')();
      clock.at(clock.now() + minute, again, 'rate');
    };
    clock.at(start + minute, again, 'rate');
    clock.at(start + 10 * minute, note('deadline'));
    expect(clock.nextTimer()).toBe(start + minute);
    expect(clock.nextTimer('schedules')).toBe(start + 10 * minute);
    await clock.advanceTo(start + 10 * minute, settled, 'schedules');
    expect(fired).toEqual(['deadline at 10', 'schedule at 10']);
  });

  it('passes over rates alone when only these are to be passed over', async () => {
    clock.at(start + minute, note('rate'), 'rate');
    clock.at(start + 2 * minute, note('cron'), 'cron');
    expect(clock.nextTimer('rates')).toBe(start + 2 * minute);
    await clock.advanceTo(start + 3 * minute, settled, 'rates');
    expect(fired).toEqual(['cron at 2', 'rate at 3']);
  });

  it('keeps the order of thousands of timers, some called off', async () => {
    const due = Array.from({ length: 3000 }, (_, index) => (index * 7919) % 1009);
    const seen: number[] = [];
    due.forEach((at, index) => {
      const timer = clock.at(start + (at + 1) * minute, () => seen.push(at));
      if (index % 5 === 0) timer.cancel();
    });
    await clock.advanceTo(start + 2000 * minute, () => Promise.resolve());
    expect(seen).toEqual(due.filter((_, index) => index % 5 !== 0).toSorted((one, other) => one - other));
  });
});

describe('flowing time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: start });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is the time of the machine, plus what was skipped', async () => {
    const leads: number[] = [];
    const clock = new FlowingClock(0, (skipped) => leads.push(skipped));
    await clock.advanceTo(start + 5 * minute, () => Promise.resolve());
    expect(clock.now()).toBe(start + 5 * minute);
    await vi.advanceTimersByTimeAsync(minute);
    expect(clock.now()).toBe(start + 6 * minute);
    expect(leads).toEqual([5 * minute]);
    clock.close();
  });

  it('waits for real when no one skips', async () => {
    const clock = new FlowingClock();
    const fired = vi.fn();
    clock.at(start + minute, fired);
    await vi.advanceTimersByTimeAsync(minute - 1);
    expect(fired).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(fired).toHaveBeenCalledOnce();
    clock.close();
  });

  it('waits longer than a timer of the machine can', async () => {
    const clock = new FlowingClock();
    const fired = vi.fn();
    const days = 60 * 86_400_000;
    clock.at(start + days, fired);
    await vi.advanceTimersByTimeAsync(days - 1000);
    expect(fired).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    expect(fired).toHaveBeenCalledOnce();
    clock.close();
  });

  it('fires nothing after it is closed', async () => {
    const clock = new FlowingClock();
    const fired = vi.fn();
    clock.at(start + minute, fired);
    clock.close();
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect(fired).not.toHaveBeenCalled();
  });
});
