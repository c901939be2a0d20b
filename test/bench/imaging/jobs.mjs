// What is rendered: the six jobs of a service's day (their AVIF one belongs to another codec), and four hard ones.

/** `input` names an entry of inputs.mjs; sizes are the output's. */
export const JOBS = [
  { name: 'J1 12 MP photo → 800 WebP', input: 'photo12', width: 800, height: 600, format: 'webp', quality: 80 },
  { name: 'J2 2 MP photo → 400 JPEG', input: 'photo2', width: 400, height: 300, format: 'jpeg', quality: 80 },
  { name: 'J3 1080p screenshot → 640 WebP', input: 'screenshot', width: 640, height: 360, format: 'webp', quality: 80 },
  { name: 'J4 2 MP WebP → 320 WebP', input: 'webp2', width: 320, height: 240, format: 'webp', quality: 75 },
  { name: 'J6 24 MP photo → 1600 JPEG', input: 'photo24', width: 1600, height: 1067, format: 'jpeg', quality: 80 },
  {
    name: 'progressive 12 MP → 800 WebP',
    input: 'progressive12',
    width: 800,
    height: 600,
    format: 'webp',
    quality: 80,
  },
  { name: 'texture 12 MP → 800 WebP', input: 'texture12', width: 800, height: 600, format: 'webp', quality: 80 },
  { name: 'alpha PNG 512 → 128 WebP', input: 'logo', width: 128, height: 128, format: 'webp', quality: 80 },
  { name: '1080p screenshot → 640 JPEG', input: 'screenshot', width: 640, height: 360, format: 'jpeg', quality: 80 },
  { name: '100 MP photo → 800 WebP', input: 'photo100', width: 800, height: 600, format: 'webp', quality: 80 },
]
