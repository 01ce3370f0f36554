import { CheckmarkCircleRegular } from "@fluentui/react-icons/svg/checkmark-circle";
import { ErrorCircleRegular } from "@fluentui/react-icons/svg/error-circle";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Concern, FindingKind, JobState, Overview, RunOutcome } from "@/api/types";
import { Heartbeat } from "@/components/Heartbeat";
import { Moment } from "@/components/TimeText";
import { useCaller } from "@/hooks/useCaller";
import { jobPage, sitePaths } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import { countOf, formatDate, formatNumber } from "@/text/format";
import { FINDING_KINDS } from "@/text/findings";
import { JOB_KINDS, jobTitle } from "@/text/jobs";
import styles from "./overview.module.css";

/** Lists what needs attention, the worst first, each with what to do. */
export function Concerns({ overview, readAt }: { overview: Overview; readAt: number }) {
  const { concerns, lastTroubleAt } = overview;
  return (
    <section className={styles.card} aria-label="Needs attention">
      <h2 className={styles.heading}>Needs attention</h2>
      {concerns.length === 0 ? (
        <p className={styles.calm}>
          <CheckmarkCircleRegular aria-hidden />
          <span>
            Nothing needs attention.{" "}
            {lastTroubleAt ? (
              <>
                The last problem was <Moment iso={lastTroubleAt} inline /> and is resolved.
              </>
            ) : (
              "There were no problems in the last 30 days."
            )}
          </span>
        </p>
      ) : (
        <ul className={styles.concerns}>
          {concerns.map((concern) => (
            <ConcernLine key={concern.kind + concern.jobType} {...{ concern, overview, readAt }} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface LineProps {
  concern: Concern;
  overview: Overview;
  readAt: number;
}

function ConcernLine({ concern, overview, readAt }: LineProps) {
  const job = overview.jobs.find(({ jobType }) => jobType === concern.jobType);
  if (!job) return null;
  const { text, next } = TELLERS[concern.kind](concern, job, readAt);
  return (
    <li>
      <span className={styles.alarm}>
        <ErrorCircleRegular aria-hidden />
      </span>
      <span className={styles.concern}>
        <strong>{jobTitle(job)}.</strong> {text}
      </span>
      <span className={styles.next}>{next}</span>
    </li>
  );
}

interface Told {
  text: ReactNode;
  next: ReactNode;
}

type Teller = (concern: Concern, job: JobState, readAt: number) => Told;

const TELLERS: Record<Concern["kind"], Teller> = {
  removedInError: (concern) => ({
    text: (
      <>
        {countOf(concern.count ?? 0, "person", "people")} lost access that they should keep, most recently{" "}
        {when(concern)}. Open the request to give it back.
      </>
    ),
    next: seeRun(concern),
  }),
  removalUnsettled: ({ count, since, platform }) => ({
    text: (
      <>
        {countOf(count ?? 0, "change")} of access in {PLATFORMS[platform].title} {count === 1 ? "was" : "were"} interrupted
        {since && `, ${count === 1 ? "" : "the oldest "}on ${formatDate(since)}`}. The platform has not told since then
        whether {count === 1 ? "it" : "they"} happened. The log says why.
      </>
    ),
    next: [<RunAgain key="again" kind="RevokeExpired" platform={platform} />],
  }),
  connection: (concern) => ({
    text: (
      <>
        The connection to {PLATFORMS[concern.platform].title} showed nothing {when(concern)}
        {concern.reasons?.[0] && `: ${concern.reasons[0].reason.replace(/\.$/, "")}`}. No removal can be confirmed.
      </>
    ),
    next: <Link to={sitePaths.connections}>See the connection</Link>,
  }),
  runFailed: (concern, job) => ({
    text: (
      <>
        The last run failed {when(concern)}. {job.lastRun?.jobId === concern.jobId && job.lastRun?.error}{" "}
        Unfinished items stay due.
      </>
    ),
    next: [seeRun(concern), <RunAgain key="again" {...job} />],
  }),
  runAbandoned: (concern, job) => ({
    text: <>The last run was abandoned {when(concern)}: its server stopped responding. The next run does the rest.</>,
    next: [seeRun(concern), <RunAgain key="again" {...job} />],
  }),
  runSilent: (concern, job, readAt) => ({
    text: job.activeRun && <Heartbeat run={job.activeRun} readAt={readAt} />,
    next: seeRun(concern),
  }),
  overdue: ({ count, since, platform }) => ({
    text: (
      <>
        {countOf(count ?? 0, "request")} on {PLATFORMS[platform].title} {count === 1 ? "is" : "are"} overdue
        {since && `, ${count === 1 ? "" : "the oldest "}since ${formatDate(since)}`}.
      </>
    ),
    next: [seeOverdue(platform), <RunAgain key="again" kind="RevokeExpired" platform={platform} />],
  }),
  unreadableExpiry: ({ count, platform }) => ({
    text: (
      <>
        {countOf(count ?? 0, "request")} on {PLATFORMS[platform].title} {count === 1 ? "has" : "have"} a date that cannot be read.{" "}
        {count === 1 ? "It is" : "They are"} never reminded or revoked. Revoke {count === 1 ? "it" : "them"}, or correct the{" "}
        {count === 1 ? "date" : "dates"} in the database.
      </>
    ),
    next: (
      <Link to={sitePaths.requests(platform, { unreadableExpiry: "true", status: "Active", sort: "expiresOn" })}>See which</Link>
    ),
  }),
  findings: ({ count, platform, reasons = [] }) => ({
    text: (
      <>
        {countOf(count ?? 0, "finding")} in {PLATFORMS[platform].title} {count === 1 ? "differs" : "differ"} from the records:{" "}
        {reasons.map(({ reason: kind, count: ofKind }) => `${kindTitle(kind)} (${formatNumber(ofKind)})`).join(", ")}.
      </>
    ),
    next: <Link to={sitePaths.findings({ platform })}>Review the findings</Link>,
  }),
  itemsFailed: (concern, job) => ({
    text: (
      <>
        {job.kind === "AccessCheck"
          ? `${countOf(concern.count ?? 0, "request")} could not be checked`
          : `${countOf(concern.count ?? 0, "request")} failed and ${concern.count === 1 ? "stays" : "stay"} due`}
        {reasonsText(concern)}.
      </>
    ),
    next: [seeItems(concern, "failed"), <Retry key="retry" {...{ concern, job }} />],
  }),
  notKnown: (concern) => ({
    text: (
      <>
        {PLATFORMS[concern.platform].title} does not show whether the access of {countOf(concern.count ?? 0, "request")} is gone,
        or an operator must confirm its removal. {concern.count === 1 ? "It stays" : "They stay"} due{reasonsText(concern)}.
      </>
    ),
    next: seeItems(concern, "notKnown"),
  }),
};

const kindTitle = (kind: string) => FINDING_KINDS[kind as FindingKind]?.title.toLowerCase() ?? kind;

function reasonsText({ reasons = [] }: Concern): string {
  const told = reasons.map(({ reason, count }) => `${reason.replace(/\.$/, "")} (${formatNumber(count)})`);
  return told.length ? `: ${told.join("; ")}` : "";
}

const when = ({ since }: Concern) => since && <Moment iso={since} inline />;

const seeRun = ({ jobId }: Concern) =>
  jobId && (
    <Link key="run" to={sitePaths.run(jobId)}>
      See the run
    </Link>
  );

const seeItems = ({ jobId }: Concern, outcome: RunOutcome) =>
  jobId && (
    <Link key={outcome} to={sitePaths.run(jobId, { outcome })}>
      See who
    </Link>
  );

const seeOverdue = (platform: Platform) => (
  <Link key="overdue" to={sitePaths.pendingExpiry(platform)}>
    See who
  </Link>
);

function Retry({ concern: { jobId }, job }: { concern: Concern; job: JobState }) {
  const { mayOperate } = useCaller();
  if (job.kind !== "ExpiryNotification" || !jobId) return <RunAgain {...job} />;
  return mayOperate && <Link to={sitePaths.notifications(job.platform, { onlyFailedOf: jobId })}>Retry</Link>;
}

function RunAgain({ kind, platform }: Pick<JobState, "kind" | "platform">) {
  const { mayOperate } = useCaller();
  const job = JOB_KINDS[kind];
  if (!mayOperate || !job) return null;
  return <Link to={jobPage(platform, job)}>{job === "revoke" ? "Review and revoke" : "Preview and send"}</Link>;
}
