/** What is said in the console, and looked for on the disk. */
export const SENTENCES = ['himitsunokotobawasagashitemonaiyo', '秘密の言葉は探しても見つかりません'] as const;
