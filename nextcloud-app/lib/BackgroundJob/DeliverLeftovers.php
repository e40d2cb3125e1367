<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\BackgroundJob;

use OCA\VoiceAssist\Service\Hints;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\TimedJob;

/** Tries again to deliver what could not be delivered, and drops what is too old to matter. */
class DeliverLeftovers extends TimedJob {
	private const EVERY_SECONDS = 300;

	public function __construct(
		ITimeFactory $time,
		private Hints $hints,
	) {
		parent::__construct($time);
		$this->setInterval(self::EVERY_SECONDS);
		$this->setAllowParallelRuns(false);
	}

	protected function run($argument): void {
		$this->hints->deliver();
	}
}
