/** Whether this process has been told to stop: from then on it is alive but not ready. */
export class Readiness {
  stopping = false;
}
