export const probeServer = async (_: unknown): Promise<any> => {
  throw new Error('later');
};
