import type { ReactNode } from "react";
import type { DecisionOutcome } from "@/api/types";
import styles from "./decisions.module.css";

type Outcome = Pick<DecisionOutcome, "id" | "problem">;

interface Props<Each> {
  outcomes: Each[];
  children: (outcome: Each) => ReactNode;
}

/** Lists what came of an act on many, the failures first. */
export function OutcomesList<Each extends Outcome>({ outcomes, children }: Props<Each>) {
  const failed = outcomes.filter(({ problem }) => problem);
  const done = outcomes.filter(({ problem }) => !problem);
  return (
    <ul className={styles.outcomes}>
      {[...failed, ...done].map((outcome) => (
        <li key={outcome.id} data-failed={outcome.problem !== null}>
          {children(outcome)}
        </li>
      ))}
    </ul>
  );
}
