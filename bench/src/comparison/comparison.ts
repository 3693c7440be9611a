import { median, quartiles } from "../results.ts";

/** One piece of work in the two checkouts on one runtime, round by round. */
export interface Comparison {
  readonly workload: string;
  readonly title: string;
  readonly unit: string;
  /** Size of the message in bytes; 0 where there is none. */
  readonly size: number;
  readonly server: string;
  /** Figures of the other checkout (A), of the other checkout in a second process (A′), and of this one (B). */
  readonly figures: Readonly<Record<Role, readonly number[]>>;
  /** CPU time of B as a share of the time that passed, round by round; only where there was a load. */
  readonly busy?: readonly number[];
  /** The load generator's CPU time per piece in microseconds, at work on B; only where there was a load. */
  readonly driverCost?: number;
}

/** A is before a change, A′ is A once more, B is after the change. */
export const ROLES = ["A", "A′", "B"] as const;

export type Role = (typeof ROLES)[number];

/** Ratios to A, pair by pair: their middle, and the two between which half of them lie. */
export interface Ratios {
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

export interface Judgement {
  readonly change: Ratios;
  /** What two processes of the same program differ by. */
  readonly control: Ratios;
  /** How far from 1 the change may be and still tell nothing. */
  readonly allowance: number;
  readonly verdict: "same" | "less" | "more";
}

/** The project asks that a change which promises to cost nothing stays within that. */
const LEAST_ALLOWANCE = 0.03;

/** Orders of the three, each followed by its reverse: in six rounds, each is first, second and last twice. */
const ORDERS: readonly (readonly Role[])[] = [
  ["A", "B", "A′"],
  ["A′", "B", "A"],
  ["B", "A", "A′"],
  ["A′", "A", "B"],
  ["A", "A′", "B"],
  ["B", "A′", "A"],
];

/** Whose turn it is in a round, one after the other. */
export function orderOf(round: number): readonly Role[] {
  return ORDERS[round % ORDERS.length] ?? ROLES;
}

/**
 * Judges B by its ratio to A. Figures of the same round lie close together in time, so both saw the same machine. The change
 * counts when it is above the allowance: 3 %, or what the quartiles of A′ to A are away from 1, whichever is larger.
 */
export function judge({ figures }: Pick<Comparison, "figures">): Judgement {
  const change = ratiosOf(figures.B, figures.A);
  const control = ratiosOf(figures["A′"], figures.A);
  const spread = Math.max(...control.quartiles.map((value) => Math.abs(value - 1)));
  const allowance = Math.max(LEAST_ALLOWANCE, spread);
  const isSame = Math.abs(change.median - 1) <= allowance;
  return {
    change,
    control,
    allowance,
    verdict: isSame ? "same" : change.median < 1 ? "less" : "more",
  };
}

function ratiosOf(values: readonly number[], to: readonly number[]): Ratios {
  const ratios = values.map((value, round) => value / (to[round] ?? Number.NaN));
  return { median: median(ratios), quartiles: quartiles(ratios) };
}
