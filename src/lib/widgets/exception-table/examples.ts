export const title = 'Exception classes';
export const examples: Record<string, Record<string, never>> = { 'As the lessons show it': {} };
