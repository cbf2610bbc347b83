/** The version of this build, put in when it is built. */
import manifest from '../../../package.json' with { type: 'json' };

export const APP_VERSION: string = manifest.version;
