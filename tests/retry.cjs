/*
 * Integration tests play with real servers on machines that others use too. One that fails is tried again, with its first
 * failure printed: a fault of ours fails every time, a fault of the moment is seen and does not stop a release.
 */
jest.retryTimes(2, { logErrorsBeforeRetry: true });
