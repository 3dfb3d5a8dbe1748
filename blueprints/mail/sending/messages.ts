/** One message of a campaign, as its job carries it. */
export interface SendStep {
  readonly campaignId: string;
  readonly enrolmentId: string;
  readonly stepId: string;
  readonly leadId: string;
  readonly accountId: string;
  /** In lower case. */
  readonly recipientDomain: string;
  /** Most messages of the account in a day, when the job was made. */
  readonly dailyLimit: number;
  readonly messageId: string;
  /** Message-IDs of the steps before, oldest first. */
  readonly references: readonly string[];
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** The Message-ID of what a job sends: the same in each of its runs. */
export const messageIdOf = (jobId: string, accountAddress: string): string => `<${jobId}@${domainOf(accountAddress)}>`;
