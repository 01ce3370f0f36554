import { Button, MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { Link } from "react-router";
import { problemOf } from "@/api/http";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { CreateField } from "@/features/create/CreateField";
import { formFields } from "@/features/create/formFields";
import { LeaveGuard } from "@/features/create/LeaveGuard";
import { useCreateForm, type Submission } from "@/features/create/useCreateForm";
import { useCaller } from "@/hooks/useCaller";
import { sitePaths } from "@/paths";
import { PLATFORMS, type Platform } from "@/platforms";
import styles from "./CreateRequestPage.module.css";

export function CreateRequestPage({ platform }: { platform: Platform }) {
  const { isKnown, mayRequest, error, refetch } = useCaller();
  return (
    <>
      <PageHeader platform={platform} title="New request">
        A request for {PLATFORMS[platform].title} is active as soon as it is created.
      </PageHeader>
      {mayRequest && <CreateForm platform={platform} />}
      {isKnown && !mayRequest && (
        <MessageBar layout="multiline">
          <MessageBarBody>You need the app role “request” to create requests. Ask an administrator.</MessageBarBody>
        </MessageBar>
      )}
      {error && !isKnown && (
        <ProblemMessage
          title="Your permissions could not be loaded."
          problem={problemOf(error)}
          onRetry={() => void refetch()}
        />
      )}
    </>
  );
}

function CreateForm({ platform }: { platform: Platform }) {
  const { formRef, ...form } = useCreateForm(platform);
  return (
    <>
    <LeaveGuard isDirty={form.isDirty} />
    <form
      ref={formRef}
      className={styles.form}
      noValidate
      aria-label={`New ${PLATFORMS[platform].title} request`}
      onSubmit={(event) => {
        event.preventDefault();
        void form.send();
      }}
    >
      <div className={styles.fields}>
        {formFields(platform).map((field) => (
          <CreateField
            key={field.name}
            platform={platform}
            field={field}
            value={form.values[field.name] ?? ""}
            error={form.errors[field.name]}
            onChange={(value) => form.change(field.name, value)}
            onLeave={() => form.leave(field.name)}
          />
        ))}
      </div>
      <div className={styles.submit}>
        <Button type="submit" appearance="primary" disabledFocusable={form.sending}>
          {form.sending ? "Creating…" : "Create request"}
        </Button>
      </div>
      <SubmissionMessage platform={platform} submission={form.submission} />
    </form>
    </>
  );
}

function SubmissionMessage({ platform, submission }: { platform: Platform; submission: Submission | null }) {
  return (
    <>
      <div role="status">
        {submission?.kind === "created" && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody>
              <MessageBarTitle>Request created.</MessageBarTitle> It is active for {submission.request.requestedByEmail}.{" "}
              <Link to={sitePaths.request(platform, submission.request.id)}>View the request</Link>
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {submission?.kind === "refused" && (
        <ProblemMessage title="The request was not created." problem={submission.problem} />
      )}
      {submission?.kind === "unknown" && (
        <ProblemMessage title="It is not known whether the request was created." problem={submission.problem}>
          {" "}
          You can safely send it again unchanged. Or look for it among the{" "}
          <Link to={sitePaths.requests(platform, { sort: "-requestedOn", q: submission.email })}>newest requests</Link>.
        </ProblemMessage>
      )}
    </>
  );
}
