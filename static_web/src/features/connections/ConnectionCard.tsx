import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Connection } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { StatusBadge } from "@/components/StatusBadge";
import { Moment } from "@/components/TimeText";
import { CheckAgain } from "@/features/connections/CheckAgain";
import { connectionStatus, SIGN_IN_WAYS, usesOf } from "@/features/connections/connectionText";
import { PLACE_COLUMNS } from "@/features/connections/placeColumns";
import { sitePaths } from "@/paths";
import { PLATFORMS } from "@/platforms";
import { countOf, formatNumber } from "@/text/format";
import styles from "./connections.module.css";

/** Shows one platform: how the app is connected, and its rights by place. */
export function ConnectionCard({ connection }: { connection: Connection }) {
  const { title } = PLATFORMS[connection.platform];
  const status = connectionStatus(connection);
  return (
    <section className={styles.card} aria-label={title}>
      <div className={styles.head}>
        <h2>{title}</h2>
        <StatusBadge {...status} />
        {connection.isOn && <CheckAgain platform={connection.platform} />}
      </div>
      <p className={styles.advice}>{status.advice}</p>
      {connection.isOn && <Facts connection={connection} />}
      {connection.isOn && <Places connection={connection} />}
    </section>
  );
}

function Facts({ connection }: { connection: Connection }) {
  const { host, signInBy, lastCheck: check, lastRun: run, requestsPerSecond, maxConcurrency } = connection;
  const { newest, lastError, throttled } = usesOf(connection);
  return (
    <dl className={styles.facts}>
      <Fact term="Host">{host}</Fact>
      <Fact term="Signed in as">{check ? (check.signedInAs ?? "The platform did not tell") : "Not checked yet"}</Fact>
      <Fact term="Signs in with">{signInBy && SIGN_IN_WAYS[signInBy]}</Fact>
      <Fact term="Last signed in">{newest?.signedInAt ? <Moment iso={newest.signedInAt} inline /> : "Not yet"}</Fact>
      <Fact term="Last check">
        {check ? (
          <>
            <Moment iso={check.checkedAt} inline /> by {check.checkedBy}
          </>
        ) : (
          "Not checked yet"
        )}
      </Fact>
      <Fact term="Last run">
        {run ? (
          <>
            <Link to={sitePaths.run(run.jobId)}>See the run</Link> that ended <Moment iso={run.endedAt} inline />
          </>
        ) : (
          "No run has called it yet"
        )}
      </Fact>
      <Fact term="Limits">
        {formatNumber(requestsPerSecond ?? 0)} calls a second, {formatNumber(maxConcurrency ?? 0)} at once.{" "}
        {throttled ? `The platform asked to wait ${countOf(throttled, "time")}.` : "The platform did not ask to wait."}
      </Fact>
      <Fact term="Last error">
        {lastError ? (
          <>
            {lastError.text} {lastError.at && <Moment iso={lastError.at} inline />}
          </>
        ) : (
          "None"
        )}
      </Fact>
    </dl>
  );
}

const Fact = ({ term, children }: { term: string; children: ReactNode }) => (
  <div>
    <dt>{term}</dt>
    <dd>{children}</dd>
  </div>
);

function Places({ connection: { platform, lastCheck: check } }: { connection: Connection }) {
  if (!check) return null;
  const kind = platform === "databricks" ? "catalog" : "project";
  if (check.places.length === 0) return <p className={styles.note}>No active request names a {kind}.</p>;
  return (
    <>
      <DataTable
        caption={`Rights of the app in ${PLATFORMS[platform].title}`}
        columns={PLACE_COLUMNS[platform]}
        rows={check.places}
        rowKey={({ name }) => name}
      />
      {check.leftOut > 0 && (
        <p className={styles.note}>
          {countOf(check.leftOut, "more place")} with fewer active requests {check.leftOut === 1 ? "was" : "were"} not checked.
        </p>
      )}
    </>
  );
}
