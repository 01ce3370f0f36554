import { Link, useParams } from "react-router";
import { problemOf } from "@/api/http";
import type { RequestDetails } from "@/api/types";
import { CopyButton } from "@/components/CopyButton";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { StatusBadge } from "@/components/StatusBadge";
import { Expiry, Moment } from "@/components/TimeText";
import { Timeline } from "@/features/requests/Timeline";
import { useApi } from "@/hooks/useApi";
import { resourceOf, shortId } from "@/lists/requestColumns";
import { apiPaths, sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import styles from "./request.module.css";

/** One request: what it grants to whom, and its story in time. */
export function RequestPage({ platform }: { platform: Platform }) {
  const { id = "" } = useParams();
  const { data, error, refetch } = useApi<RequestDetails>(apiPaths.request(platform, id));
  return (
    <>
      <PageHeader platform={platform} title={data ? titleOf(data) : `Request #${shortId(id)}`}>
        {data && (
          <>
            <Link to={sitePaths.person(data.requestedByEmail)}>{data.requestedByEmail}</Link> and everything this person has
          </>
        )}
      </PageHeader>
      {error && (
        <ProblemMessage title="The request could not be loaded." problem={problemOf(error)} onRetry={() => void refetch()}>
          {" "}
          <Link to={sitePaths.requests(platform)}>All requests</Link>
        </ProblemMessage>
      )}
      {data ? <Details platform={platform} request={data} /> : !error && <div className={styles.loading} aria-busy />}
    </>
  );
}

function titleOf(request: RequestDetails): string {
  const { name, grant } = resourceOf(request);
  return `${name} · ${grant}`;
}

function Details({ platform, request }: { platform: Platform; request: RequestDetails }) {
  return (
    <div className={styles.page}>
      <dl className={styles.facts}>
        <div>
          <dt>Status</dt>
          <dd>
            <StatusBadge status={request.status} />
          </dd>
        </div>
        <div>
          <dt>Expires (UTC)</dt>
          <dd>
            <Expiry expiresOn={request.expiresOn} isActive={request.status === "Active"} />
          </dd>
        </div>
        <div>
          <dt>Requested (UTC)</dt>
          <dd>
            {request.requestedOn ? <Moment iso={request.requestedOn} /> : "Unknown"}
          </dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd>
            {request.id} <CopyButton text={String(request.id)} label="Copy request id" />
          </dd>
        </div>
        <div className={styles.wide}>
          <dt>Business reason</dt>
          <dd className={styles.reason}>{request.businessReason}</dd>
        </div>
      </dl>
      <section className={styles.story} aria-label="What happened">
        <h2>What happened</h2>
        <Timeline platform={platform} events={request.timeline} />
      </section>
    </div>
  );
}
