import { useRef, type RefObject } from "react";
import { Link, useParams } from "react-router";
import { problemOf } from "@/api/http";
import type { RequestDetails } from "@/api/types";
import { CopyButton } from "@/components/CopyButton";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { StatusBadge } from "@/components/StatusBadge";
import { Expiry, Moment } from "@/components/TimeText";
import { RequestDecisions } from "@/decisions/RequestDecisions";
import { RequestState } from "@/features/requests/RequestState";
import { Timeline } from "@/features/requests/Timeline";
import { useApi } from "@/hooks/useApi";
import { useCaller } from "@/hooks/useCaller";
import { apiPaths, sitePaths } from "@/paths";
import type { Platform } from "@/platforms";
import { countOf, shortId } from "@/text/format";
import { resourceOf } from "@/text/resource";
import { requestStatus } from "@/text/statuses";
import styles from "./request.module.css";

/** Shows one request: what it grants to whom, what can be decided about it, and its history. */
export function RequestPage({ platform }: { platform: Platform }) {
  const { id = "" } = useParams();
  const { data: request, error, refetch } = useApi<RequestDetails>(apiPaths.request(platform, id));
  const { isPending } = useCaller();
  const data = isPending ? undefined : request;
  const stateRef = useRef<HTMLDivElement>(null);
  return (
    <>
      <PageHeader
        platform={platform}
        title={data ? titleOf(platform, data) : `Request #${shortId(id)}`}
        actions={data && <RequestDecisions key={data.id} platform={platform} request={data} stateRef={stateRef} />}
      >
        {data && (
          <>
            Access for <Link to={sitePaths.person(data.requestedByEmail)}>{data.requestedByEmail}</Link>
          </>
        )}
      </PageHeader>
      {error && (
        <ProblemMessage title="The request could not be loaded." problem={problemOf(error)} onRetry={() => void refetch()}>
          {" "}
          <Link to={sitePaths.requests(platform)}>All requests</Link>
        </ProblemMessage>
      )}
      {data ? <Details platform={platform} request={data} stateRef={stateRef} /> : !error && <div className={styles.loading} aria-busy />}
    </>
  );
}

function titleOf(platform: Platform, request: RequestDetails): string {
  const { name, grant } = resourceOf(platform, request);
  return `${name} · ${grant}`;
}

interface DetailsProps {
  platform: Platform;
  request: RequestDetails;
  stateRef: RefObject<HTMLDivElement | null>;
}

function Details({ platform, request, stateRef }: DetailsProps) {
  return (
    <>
      <RequestState key={request.id} platform={platform} request={request} stateRef={stateRef} />
      <div className={styles.page}>
        <Facts platform={platform} request={request} />
        <section className={styles.story} aria-label="What happened">
          <h2>What happened</h2>
          <Timeline platform={platform} events={request.timeline} />
        </section>
      </div>
    </>
  );
}

function Facts({ platform, request }: Omit<DetailsProps, "stateRef">) {
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Status</dt>
        <dd>
          <StatusBadge {...requestStatus(request.status)} />
        </dd>
      </div>
      <div>
        <dt>Ends (UTC)</dt>
        <dd>
          <Expiry
            expiresOn={request.expiresOn}
            asWritten={request.expiresOnAsWritten}
            isActive={request.status === "Active"}
          />
        </dd>
      </div>
      <div>
        <dt>Requested (UTC)</dt>
        <dd>{request.requestedOn ? <Moment iso={request.requestedOn} /> : "Unknown"}</dd>
      </div>
      <div>
        <dt>Id</dt>
        <dd>
          {request.id} <CopyButton text={String(request.id)} label="Copy request id" />
        </dd>
      </div>
      {request.predecessorId !== null && (
        <div className={styles.wide}>
          <dt>Extends</dt>
          <dd>
            <Link to={sitePaths.request(platform, request.predecessorId)}>Request #{shortId(request.predecessorId)}</Link>,{" "}
            {countOf(request.extensionCount, "extension")} so far
          </dd>
        </div>
      )}
      <div className={styles.wide}>
        <dt>Business reason</dt>
        <dd className={styles.reason}>{request.businessReason}</dd>
      </div>
    </dl>
  );
}
