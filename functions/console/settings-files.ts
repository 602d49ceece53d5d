/** The files by which administrators load settings. */

/** The settings files, by the key of their object. */
export const settingsFiles = ['people.json', 'budgets.json', 'calendar.json'] as const;
export type SettingsFile = (typeof settingsFiles)[number];
